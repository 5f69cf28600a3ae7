// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/capabilities.hpp>
#include <tutti/core/context.hpp>
#include <tutti/core/input.hpp>
#include <tutti/model/number_lists.hpp>

#include <algorithm>

namespace tutti {

/// How the range of a column is divided: into equal widths, equal numbers of rows, or around the centres of k-means.
enum class Edges : int { uniform, quantile, kmeans };

/// Each number becomes the number of its bin, 0 to bins - 1: a category, which OneHot behind it encodes. Bins are closed
/// below and open above, the first and the last have no end; those narrower than 1e-8 are joined (quantile, kmeans), a
/// constant column has one. NaN stays NaN, other columns than numbers and dates are left as they are.
/// Shapes   x of any shape -> y, floats of the same shape.
/// Cost     fit: a sort of each column, for k-means also up to 300 passes; transform: a binary search for each number.
/// Errors   FitError without a row of positive weight, when a column holds an infinite number, or bins < 2. Rows of
///          weight w count as w copies.
/// Source   scikit-learn 1.2, KBinsDiscretizer(encode="ordinal"), k-means with its tolerance of 1e-4 variances;
///          of numbers that are equally far from centres the first counts, where scikit-learn decides as it rounds.
struct Bin {
  int bins = 5;
  Edges edges = Edges::quantile;

  static constexpr Capabilities capabilities{
      .labels = true, .numbers = true, .flags = true, .weights = true, .missing = true};
  static constexpr Shape infer(Shape in) { return in; }

  struct Model {
    Buffer<std::uint8_t> acts{};
    detail::NumberLists edges{};  // between the bins of each column

    int width() const noexcept { return static_cast<int>(acts.size()); }
    template <class View, class T> void transform(const View& x, T* out) const noexcept {
      detail::map_columns(acts, x, out, [&](std::size_t j, double v) {
        const auto inner = edges[j];
        return v != v ? v
                      : static_cast<double>(std::upper_bound(inner.begin(), inner.end(), v) - inner.begin());
      });
    }
    /// Bins are categories: "below 3", "3 to 5", "from 5".
    Buffer<Column> columns(const Buffer<Column>& in) const {
      Buffer<Column> out = in;
      for (std::size_t j = 0; j < acts.size(); ++j) {
        if (acts[j] == 0) continue;
        const auto inner = edges[j];
        out[j].kind = ColumnKind::categorical;
        out[j].categories.clear();
        const auto edge = [&](std::size_t k) { return Word(inner[k]).spelled(); };
        if (inner.empty()) out[j].categories.push_back("all");
        else out[j].categories.push_back("below " + edge(0));
        for (std::size_t k = 0; k < inner.size(); ++k)
          out[j].categories.push_back(k + 1 < inner.size() ? edge(k) + " to " + edge(k + 1)
                                                           : "from " + edge(k));
      }
      return out;
    }
    static void visit(auto& self, auto& archive) { archive("acts", self.acts)("edges", self.edges); }
    void loaded() const { detail::check_size("columns", acts.size(), edges.size()); }
    void check_extents(int columns, int) const { detail::check_size("columns", acts.size(), columns); }
  };

  template <class X, class Y> Model fit(const Dataset<X, Y>& data, const Context& context) const;

  static void visit(auto& self, auto& archive) { archive("bins", self.bins); }
};

}  // namespace tutti

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/capabilities.hpp>
#include <tutti/core/context.hpp>
#include <tutti/core/input.hpp>
#include <tutti/model/number_lists.hpp>

#include <algorithm>

namespace tutti {

/// A category becomes what its rows of training have for a target, drawn towards the mean of all rows: y = l mean_c +
/// (1 - l) mean, where l = n_c / (n_c + smooth), or automatically l = n_c v / (n_c v + v_c), v being the variance of the
/// target and v_c that within the category. One column for two classes (the share of the second) and for a number, one
/// for each class, flag or number where there are more. What is missing or unseen becomes the mean.
/// In a Cascade the rows of training are encoded out of fold, by the plan of the whole tree: no row sees its own target. Rows
/// that no fold holds out (the first block of a plan forward in time) get the mean.
/// Shapes   x (n) -> y (other columns, and those of each encoded column in its place).
/// Needs    `.columns`, or a schema that says which columns are categorical.
/// Cost     fit: a sort of each encoded column and 2 passes, k + 1 times in a Cascade; transform: a binary search.
/// Errors   FitError where neither names columns, one is not there or holds an infinite number, without a row of positive
///          weight. Rows of weight w count as w copies.
/// Source   Micci-Barreca, SIGKDD Explorations 3 (2001); scikit-learn 1.3, TargetEncoder.
struct TargetEncode {
  static constexpr double automatic = -1;

  Buffer<int> columns{};  // which columns; empty: those that the schema calls categorical
  double smooth = automatic;

  static constexpr Capabilities capabilities{
      .labels = true, .numbers = true, .flags = true, .weights = true, .missing = true};
  static constexpr Shape infer(Shape) { return shape(Dynamic); }

  struct Model {
    Buffer<std::uint8_t> acts{};
    Buffer<std::string> names{};   // of the columns that one is encoded as; one: it keeps its name
    detail::NumberLists values{};  // of each column, ascending
    Buffer<double> encodings{};    // (values, names)
    Buffer<double> mean{};         // of the targets

    int width() const noexcept {
      int n = 0;
      for (const std::uint8_t a : acts) n += a != 0 ? static_cast<int>(names.size()) : 1;
      return n;
    }
    template <class View, class T> void transform(const View& x, T* out) const noexcept {
      for (std::size_t j = 0; j < acts.size(); ++j) {
        const float value = x[static_cast<std::ptrdiff_t>(j)];
        if (acts[j] == 0) {
          *out++ = static_cast<T>(value);
          continue;
        }
        const std::ptrdiff_t v = place(j, value);
        const double* const from = v < 0 ? mean.data() : encodings.data() + v * std::ssize(names);
        for (std::size_t t = 0; t < names.size(); ++t) *out++ = static_cast<T>(from[t]);
      }
    }
    /// Which of all values this is; -1: none of them.
    std::ptrdiff_t place(std::size_t j, float value) const noexcept {
      const auto known = values[j];
      const auto at = std::lower_bound(known.begin(), known.end(), static_cast<double>(value));
      return at != known.end() && *at == static_cast<double>(value) ? values.begin[j] + (at - known.begin())
                                                                    : -1;
    }
    Buffer<Column> columns(const Buffer<Column>& in) const {
      Buffer<Column> out;
      for (std::size_t j = 0; j < acts.size(); ++j) {
        if (acts[j] == 0) out.push_back(in[j]);
        else
          for (const std::string& name : names)
            out.push_back({names.size() == 1 ? in[j].name : in[j].name + ": " + name});
      }
      return out;
    }
    static void visit(auto& self, auto& archive) {
      archive("acts", self.acts)("names", self.names)("values", self.values)("encodings", self.encodings)(
          "mean", self.mean);
    }
    void loaded() const {
      detail::check_size("lists of values", static_cast<std::size_t>(values.size()), std::ssize(acts));
      check<FileError>(!names.empty() && acts.size() < (std::size_t{1} << 31) / names.size(),
                       "expected fewer than 2^31 outputs", names.size());
      detail::check_size("means", mean.size(), std::ssize(names));
      detail::check_size("encodings", encodings.size(), std::ssize(values.numbers) * std::ssize(names));
    }
    void check_extents(int columns, int) const { detail::check_size("columns", acts.size(), columns); }
  };

  template <class X, class Y>
    requires(Y::width != 0)
  Model fit(const Dataset<X, Y>& data, const Context& context)
  const;

  /// The same model, and in `rows` what the rows of training become: encoded by what the other folds have.
  template <class X, class Y>
    requires(Y::width != 0)
  Model fit_transform(const Dataset<X, Y>& data, const Context& context, Buffer<float>& rows)
  const;

  static void visit(auto& self, auto& archive) { archive("smooth", self.smooth); }
};

}  // namespace tutti

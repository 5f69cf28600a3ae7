// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/error.hpp>
#include <tutti/model/count_likelihoods.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace tutti::likelihood {

/// For NaiveBayes: columns are codes of categories, p(x_j = v | c) = (n_cjv + alpha) / (n_cj + alpha V_j) with n_cjv the weight
/// of the rows of class c that have category v, and V_j the categories of the column, 0 to the largest code in training, at
/// least `categories`. A category that training never had says nothing, and neither does NaN.
/// Needs    whole numbers from 0 to 999999, or NaN.
/// Source   The same as scikit-learn's CategoricalNB.
struct Categorical {
  double alpha = 1;
  int categories = 0;

  static constexpr const char* needs = "whole numbers from 0 to 999999";
  static constexpr float most = 1e6f;
  static bool takes(float v) noexcept { return v != v || (v >= 0 && v < most && v == std::floor(v)); }

  struct Learnt {
    Buffer<Buffer<double>> weight{};  // of each column (categories, classes)
    int classes = 0;

    Learnt() = default;
    Learnt(int classes_of, int columns) : weight(static_cast<std::size_t>(columns)), classes(classes_of) {}
    void add(const float* x, int columns, int c, double w) {
      for (int j = 0; j < columns; ++j) {
        if (x[j] != x[j]) continue;
        const auto v = static_cast<std::size_t>(x[j]), k = static_cast<std::size_t>(classes);
        Buffer<double>& of = weight[static_cast<std::size_t>(j)];
        if (of.size() <= v * k) of.resize((v + 1) * k);
        of[v * k + static_cast<std::size_t>(c)] += w;
      }
    }
    Learnt& operator+=(const Learnt& other) {
      for (std::size_t j = 0; j < weight.size(); ++j) {
        if (weight[j].size() < other.weight[j].size()) weight[j].resize(other.weight[j].size());
        for (std::size_t i = 0; i < other.weight[j].size(); ++i) weight[j][i] += other.weight[j][i];
      }
      return *this;
    }
    static void visit(auto& self, auto& archive) { archive("weight", self.weight)("classes", self.classes); }
    [[gnu::cold]] void check_sizes(int of_classes, int columns) const {
      check<FileError>(classes == of_classes && std::ssize(weight) == columns,
                       {"expected categories of ", columns, " columns in ", of_classes, " classes"}, weight.size());
      for (const Buffer<double>& of : weight)
        check<FileError>(of.size() % static_cast<std::size_t>(classes) == 0, {"expected a multiple of ", classes, " weights"}, of.size());
    }
  };

  struct Table {
    Buffer<Buffer<double>> logs_of{};  // of each column (categories, classes)
    int classes = 0;

    Table() = default;
    [[gnu::cold]] Table(const Categorical& g, const Learnt& seen, int classes_of, int) : logs_of(seen.weight), classes(classes_of) {
      const double alpha = at_least_a_trace(g.alpha);
      const auto k = static_cast<std::size_t>(classes);
      for (Buffer<double>& of : logs_of) {
        of.resize(std::max(of.size(), static_cast<std::size_t>(std::max(g.categories, 0)) * k));
        for (std::size_t c = 0; c < k; ++c) {
          double all = 0;
          for (std::size_t i = c; i < of.size(); i += k) all += of[i] + alpha;
          for (std::size_t i = c; i < of.size(); i += k) of[i] = std::log(of[i] + alpha) - std::log(all);
        }
      }
    }
    template <class View> void add_logs(const View& x, double* logs) const noexcept {
      for (std::size_t j = 0; j < logs_of.size(); ++j) {
        const float v = x[static_cast<std::ptrdiff_t>(j)];
        if (v != v || !takes(v)) continue;
        const std::size_t first = static_cast<std::size_t>(v) * static_cast<std::size_t>(classes);
        if (first >= logs_of[j].size()) continue;
        for (int c = 0; c < classes; ++c) logs[c] += logs_of[j][first + static_cast<std::size_t>(c)];
      }
    }
  };
  static void visit(auto& self, auto& archive) { archive("alpha", self.alpha)("categories", self.categories); }
  static void check_options(const Categorical& g, const auto& expect) {
    check_alpha(g.alpha, expect);
    expect(g.categories >= 0 && static_cast<float>(g.categories) <= most, {"expected 0 to 1000000 categories, got ", g.categories});
  }
};

}  // namespace tutti::likelihood

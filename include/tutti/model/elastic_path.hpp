// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/model/coordinate_descent.hpp>
#include <tutti/model/linear_problem.hpp>

namespace tutti::detail {

/// The options of a search along a path, in double.
struct ElasticOptions {
  double l1_ratio = 1;
  DescentOptions descent{};
};
template <class Spec> ElasticOptions penalty_of(const Spec& s) {
  return {static_cast<double>(s.l1_ratio), {s.iterations, static_cast<double>(s.tolerance), static_cast<double>(s.tolerance)}};
}

/// Elastic nets of one problem for many lambdas: what does not depend on lambda is computed once, for all outputs.
class ElasticPaths {
 public:
  /// For one lambda or a few of them the products of all columns cost more than they save, unless columns are few.
  template <class Problem>
  ElasticPaths(const Problem& p, std::size_t lambdas)
      : total_(p.x.total), n_(p.x.width), rows_(p.x.rows), outputs_(p.outputs),
        by_columns_(n_ > rows_ || n_ > 4096 || n_ > 128 + 8 * static_cast<std::ptrdiff_t>(lambdas)) {
    if (by_columns_) take_columns(p);
    else take_gram(p);
  }

  /// The lambdas that a spec asks for, falling.
  template <class Spec> Buffer<double> grid(std::size_t output, const Spec& s) const {
    Buffer<double> all;
    for (const float v : s.lambdas) {  // insertion: they are few
      std::size_t at = all.size();
      for (all.push_back(static_cast<double>(v)); at > 0 && all[at - 1] < static_cast<double>(v); --at) all[at] = all[at - 1];
      all[at] = static_cast<double>(v);
    }
    if (s.path > 0) {
      const double most = std::max(largest(output) / total_ / static_cast<double>(s.l1_ratio), 1e-30);
      for (int i = 0; i < s.path; ++i) all.push_back(most * std::pow(1e-3, s.path > 1 ? i / (s.path - 1.0) : 0.0));
    }
    if (all.empty()) all.push_back(static_cast<double>(s.lambda));
    return all;
  }

  /// The coefficients for every lambda, falling ones.
  /// Shapes   (lambdas, width).
  template <class Lambdas>
  Buffer<double> solve(std::size_t output, const Lambdas& lambdas, const ElasticOptions& options, Descent* last) const {
    return by_columns_ ? path(columns_of(output), lambdas, options, last) : path(gram_of(output), lambdas, options, last);
  }

 private:
  template <class Residual, class Lambdas>
  Buffer<double> path(Residual r, const Lambdas& lambdas, const ElasticOptions& options, Descent* last) const {
    Buffer<double> all, w(static_cast<std::size_t>(r.n), 0.0);
    double before = 0;
    for (const double lambda : lambdas) {
      const ElasticPenalty penalty{lambda * options.l1_ratio * total_, lambda * (1 - options.l1_ratio) * total_};
      const double strong = before > 0 ? std::max(0.0, 2 * penalty.l1 - before) : penalty.l1;
      const Descent d = coordinate_descent(r, penalty, options.descent, w, strong);
      if (last != nullptr) *last = d;
      before = penalty.l1;
      all.append(w.data(), w.size());
    }
    return all;
  }

  template <class Problem> void take_gram(const Problem& p) {
    SymmetricSystem s = normal_equations(p);
    matrix_ = whole_matrix(s);
    for (int c = 0; c < outputs_; ++c) {
      for (std::ptrdiff_t i = 0; i < n_; ++i) targets_.push_back(s(i, n_ + c));
      target_squares_.push_back(s(n_ + c, n_ + c));
    }
  }
  template <class Problem> void take_columns(const Problem& p) {
    matrix_.resize(static_cast<std::size_t>(n_ * rows_));
    constexpr std::ptrdiff_t block = 16;  // rows side by side: a cache line or two of each column
    const std::ptrdiff_t grain = block * std::max<std::ptrdiff_t>(1, 4096 / (n_ + 1));
    parallel::for_each(rows_, grain, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
      Buffer<float> all(static_cast<std::size_t>(block * n_));
      for (std::ptrdiff_t first = begin; first < end; first += block) {
        const std::ptrdiff_t count = std::min(block, end - first);
        for (std::ptrdiff_t r = 0; r < count; ++r) p.x.read(first + r, all.data() + r * n_);
        for (std::ptrdiff_t j = 0; j < n_; ++j) {
          double* const to = matrix_.data() + j * rows_ + first;
          for (std::ptrdiff_t r = 0; r < count; ++r) to[r] = p.centred(first + r, j, all[static_cast<std::size_t>(r * n_ + j)]);
        }
      }
    });
    for (std::ptrdiff_t j = 0; j < n_; ++j) squares_.push_back(kernel::sum_of_squares(rows_, matrix_.data() + j * rows_));
    for (int c = 0; c < outputs_; ++c) {
      for (std::ptrdiff_t i = 0; i < rows_; ++i) targets_.push_back(p.y[static_cast<std::size_t>(i * outputs_ + c)]);
      target_squares_.push_back(kernel::sum_of_squares(rows_, targets_.end() - rows_));
    }
  }

  GramResidual gram_of(std::size_t output) const {
    GramResidual r{n_, matrix_.data(), {}, {}, target_squares_[output]};
    r.q.append(targets_.data() + static_cast<std::ptrdiff_t>(output) * n_, static_cast<std::size_t>(n_));
    r.slopes = r.q;
    return r;
  }
  ColumnResidual columns_of(std::size_t output) const {
    ColumnResidual r{n_, rows_, matrix_.data(), squares_.data(), {}, {}, {}, target_squares_[output]};
    r.y.append(targets_.data() + static_cast<std::ptrdiff_t>(output) * rows_, static_cast<std::size_t>(rows_));
    r.residual = r.y;
    return r;
  }
  /// max_j |x_j^T y|
  double largest(std::size_t output) const {
    double most = 0;
    const Buffer<double> slopes = by_columns_ ? columns_of(output).all_slopes() : gram_of(output).slopes;
    for (const double v : slopes) most = std::max(most, std::abs(v));
    return most;
  }

  double total_;
  std::ptrdiff_t n_, rows_;
  int outputs_;
  bool by_columns_;
  Buffer<double> matrix_{}, squares_{};           // X^T X; or X by columns, and |x_j|^2
  Buffer<double> targets_{}, target_squares_{};   // of every output: X^T y, or y; |y|^2
};

/// sum_i w_i (y_i - b - x_i w)^2 over the held-out rows, for each w of a path.
/// Shapes   path (lambdas, width), y (rows, outputs) -> (lambdas).
template <class Problem, class Source>
Buffer<double> held_out_errors(const Problem& p, const Source& held, const Buffer<double>& y, std::size_t output,
                               const Buffer<double>& path) {
  const auto width = static_cast<std::size_t>(held.width);
  const std::size_t outputs = p.centre.size(), count = width > 0 ? path.size() / width : 0;
  Buffer<double> errors(count, 0.0), x(width);
  Buffer<float> row(width);
  for (std::ptrdiff_t i = 0; i < held.rows; ++i) {
    const double weight = held.weight[static_cast<std::size_t>(i)];
    if (!(weight > 0)) continue;
    held.read(i, row.data());
    for (std::size_t j = 0; j < width; ++j) x[j] = static_cast<double>(row[j]) - p.mean[j];
    const double target = y[static_cast<std::size_t>(i) * outputs + output] - p.centre[output];
    for (std::size_t l = 0; l < count; ++l) {
      const double e = target - kernel::sum_of_products(held.width, x.data(), path.data() + l * width);
      errors[l] += weight * e * e;
    }
  }
  return errors;
}

/// Cuts each grid behind the lambda of the least error; of equals the largest lambda.
template <class Grids> void keep_best(Grids& grids, const Buffer<double>& errors) {
  const std::size_t count = grids[0].size();
  for (std::size_t c = 0; c < grids.size(); ++c) {
    std::size_t best = 0;
    for (std::size_t l = 1; l < count; ++l)
      if (errors[c * count + l] < errors[c * count + best]) best = l;
    grids[c].resize(best + 1);
  }
}

}  // namespace tutti::detail

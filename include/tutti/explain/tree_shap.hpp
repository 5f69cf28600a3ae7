// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/dataset.hpp>
#include <tutti/core/error.hpp>
#include <tutti/core/owned.hpp>
#include <tutti/explain/interventional_shap.hpp>
#include <tutti/explain/path_shap.hpp>
#include <tutti/explain/tree_scores.hpp>
#include <tutti/kernel/parallel.hpp>

#include <cmath>
#include <cstddef>
#include <span>
#include <utility>

namespace tutti {

/// What it means that a column is unknown: its rows of the background at each node, or its value in rows of the background.
enum class ShapMethod : unsigned char { path_dependent, interventional };

/// Shapley values: score k of row i is base()[k] + sum over j of value(i, j, k).
class ShapValues {
 public:
  ShapValues(Buffer<double> base, std::ptrdiff_t rows, int columns)
      : base_(std::move(base)), columns_(columns), values_(static_cast<std::size_t>(rows * columns) * base_.size()) {}

  std::ptrdiff_t rows() const noexcept { return std::ssize(values_) / (columns_ * scores()); }
  int columns() const noexcept { return columns_; }
  std::ptrdiff_t scores() const noexcept { return std::ssize(base_); }
  std::span<const double> base() const noexcept { return base_; }
  double operator()(std::ptrdiff_t row, int column, int score = 0) const noexcept {
    return values_[static_cast<std::size_t>((row * columns_ + column) * scores() + score)];
  }
  double* row(std::ptrdiff_t i) noexcept { return values_.data() + i * columns_ * scores(); }
  /// The score of a row, put together again.
  double score(std::ptrdiff_t row, int score = 0) const noexcept {
    double sum = base_[static_cast<std::size_t>(score)];
    for (int j = 0; j < columns_; ++j) sum += (*this)(row, j, score);
    return sum;
  }
  /// The mean of |value| over all rows: how much a column says.
  double importance(int column, int score = 0) const noexcept {
    double sum = 0;
    for (std::ptrdiff_t i = 0; i < rows(); ++i) sum += std::fabs((*this)(i, column, score));
    return rows() > 0 ? sum / static_cast<double>(rows()) : 0;
  }

 private:
  Buffer<double> base_;
  int columns_;
  Buffer<double> values_;  // (rows, columns, scores)
};

/// Explains predictions of a Tree, Forest or Boost<Tree>: what each column of a row adds to its scores, exactly the Shapley
/// values of the game in which columns are known one after the other. Scores are numbers, or class probabilities of Tree and
/// Forest, or margins of Boost<Tree> (before the logistic function or the softmax).
/// `background` says what a column is while it is unknown: the training data, or rows to compare with; weights are honoured,
/// rows of weight 0 left out. Path-dependent values follow its rows down the trees; interventional ones take columns of a
/// background row one by one and need few such rows (100 are many).
/// Cost     a row, path-dependent: trees x leaves x depth^2; interventional: see InterventionalShap. Rows on all cores.
/// Errors   ShapeError for rows of another width than the model's; DataError for a background without a positive weight.
/// Source   Lundberg et al., From local explanations to global understanding with explainable AI for trees, 2020.
class TreeShap {
 public:
  template <FittedTrees M, class Y>
  TreeShap(const M& fitted, const Dataset<typename M::InputType, Y>& background, ShapMethod method = ShapMethod::path_dependent)
      : scores_(Owned<const TreeScores>::make(tree_scores(fitted))) {
    if constexpr (is_table<typename M::InputType>) fitted.check_rows(background);
    check_width(background.width());
    begin(row_source(background), method);
  }

  /// The scores that a row has on average, before anything of it is known.
  std::span<const double> base() const noexcept { return expected_; }

  template <class X, class Y> ShapValues explain(const Dataset<X, Y>& data) const {
    check_width(data.width());
    return explain(row_source(data));
  }
  /// One row.
  ShapValues explain(std::span<const float> x) const {
    check_width(static_cast<int>(x.size()));
    ShapValues values(expected_, 1, width());
    add_row(x.data(), values.row(0));
    return values;
  }

 private:
  int width() const noexcept { return scores_->trees.columns(); }
  void check_width(int got) const { check<ShapeError>(got == width(), {"TreeShap: expected rows of ", width(), " numbers"}, got); }

  [[gnu::cold]] void begin(const RowSource& background, ShapMethod method) {
    check(background.total > 0, "TreeShap: expected a background with a row of positive weight", background.total);
    expected_ = scores_->base;
    if (method == ShapMethod::interventional) {
      rows_ = Owned<const detail::InterventionalShap>::make(*scores_, background);
      rows_->add_expected(expected_.data());
    } else {
      path_ = Owned<const detail::PathShap>::make(*scores_, background);
      path_->add_expected(expected_.data());
    }
  }
  [[gnu::cold]] ShapValues explain(const RowSource& data) const {
    constexpr std::ptrdiff_t grain = 4;
    ShapValues values(expected_, data.rows, width());
    parallel::for_each(data.rows, grain, [&](std::ptrdiff_t first, std::ptrdiff_t last) {
      Buffer<float> x(static_cast<std::size_t>(width()));
      for (std::ptrdiff_t i = first; i < last; ++i) {
        data.copy(data.data, i, x.data());
        add_row(x.data(), values.row(i));
      }
    });
    return values;
  }
  void add_row(const float* x, double* phi) const {
    if (path_) {
      detail::PathShap::Scratch scratch;
      path_->add_row(x, phi, scratch);
    } else {
      detail::InterventionalShap::Scratch scratch;
      rows_->add_row(x, phi, scratch);
    }
  }

  Owned<const TreeScores> scores_;  // stays where it is when this moves
  Buffer<double> expected_;
  Owned<const detail::PathShap> path_;
  Owned<const detail::InterventionalShap> rows_;
};

}  // namespace tutti

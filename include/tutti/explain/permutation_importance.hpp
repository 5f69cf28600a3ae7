// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/random.hpp>
#include <tutti/explain/importance.hpp>
#include <tutti/measure/any_metric.hpp>
#include <tutti/measure/judge.hpp>

#include <cmath>
#include <concepts>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>

namespace tutti {

struct PermutationOptions {
  AnyMetric metric{};  // empty: log-loss for labels and flags, RMSE for numbers
  int repeats = 5;     // permutations of each column
  std::uint64_t seed = 0;
};

/// Inputs of which one column can be permuted: rows of numbers, images and sequences of one length, tables.
template <class X>
concept PermutableInput = is_table<X> || std::same_as<typename X::Storage, DenseStorage<typename X::Element>>;

namespace detail {

/// A dataset's inputs in their order, and the same with one column permuted.
template <class X> class PermutedInputs {
 public:
  template <class Y> explicit PermutedInputs(const Dataset<X, Y>& data) {
    if constexpr (is_table<X>) {
      Buffer<RowIndex> positions;
      for (std::ptrdiff_t i = 0; i < data.rows(); ++i) positions.push_back(static_cast<RowIndex>(data.position(i)));
      table_ = data.storage()->subset(positions);
    } else {
      for (std::ptrdiff_t i = 0; i < data.rows(); ++i) table_.append(data.x(i).data(), static_cast<std::size_t>(data.width()));
    }
    width_ = data.width();
  }
  std::shared_ptr<const typename X::Storage> permuted(int column, std::span<const RowIndex> from) const {
    if constexpr (is_table<X>) {
      const std::string& name = table_.columns()[static_cast<std::size_t>(column)].name;
      return std::make_shared<const Table>(table_.with(table_.select({name}).subset(from).column(0)));
    } else {
      auto values = table_;
      for (std::size_t i = 0; i < from.size(); ++i) values[at(i, column)] = table_[at(from[i], column)];
      return std::make_shared<const typename X::Storage>(width_, std::move(values));
    }
  }

 private:
  std::size_t at(std::size_t row, int column) const noexcept { return row * static_cast<std::size_t>(width_) + static_cast<std::size_t>(column); }
  std::conditional_t<is_table<X>, Table, Buffer<typename X::Element>> table_{};
  int width_ = 0;
};

}  // namespace detail

/// How much worse a model of any kind gets where the values of one column are dealt to other rows: the mean over `repeats` of
/// score - permuted score (the other way round where lower is better), and their deviation. 0 for what a model does not look at;
/// columns that say the same share what they are worth. On rows that the model has not seen it says what helps to predict, on
/// the training rows what was relied upon.
/// Cost     columns x repeats predictions of all rows, on all cores. The same numbers for any number of threads.
/// Errors   DataError for repeats below 1, data without rows or a metric of other targets; ShapeError for rows of another width.
/// Source   Breiman, Random forests, 2001; as scikit-learn's permutation_importance (deviation of the population).
template <class Spec, class X, class Y>
  requires PermutableInput<X>
Importance permutation_importance(const Fitted<Spec, X, Y>& model, const Dataset<X, Y>& data, const PermutationOptions& options = {}) {
  check(options.repeats >= 1, "permutation_importance: expected at least one repeat", options.repeats);
  detail::check_judging("permutation_importance", model, data);
  const AnyMetric metric = options.metric.for_targets(Y::is_label, is_flags<Y>);
  const Truth truth(data);
  const detail::PermutedInputs<X> inputs(data);
  const auto score_of = [&](const Dataset<X, Y>& rows) {
    const Buffer<float> y = detail::all_outputs<X, Y>(model.model(), rows, rows.outputs());
    return metric(truth.judge({y.data(), rows.rows(), rows.outputs()}));
  };
  const double score = score_of(data), sign = metric.higher_is_better() ? 1 : -1;
  const Random random = Random(options.seed).stream("permutation");
  Buffer<RowIndex> from(static_cast<std::size_t>(data.rows()));
  Importance found{detail::names_of_columns(model.schema(), data.width())};
  for (int j = 0; j < data.width(); ++j) {
    double sum = 0, squares = 0;
    for (int r = 0; r < options.repeats; ++r) {
      for (std::size_t i = 0; i < from.size(); ++i) from[i] = static_cast<RowIndex>(i);
      shuffle(std::span<RowIndex>(from), random.stream(static_cast<std::uint64_t>(j)).stream(static_cast<std::uint64_t>(r)));
      const double worse = sign * (score - score_of(data.template with_inputs<X>(inputs.permuted(j, from), data.schema().columns)));
      const double before = worse - (r == 0 ? 0 : sum / r);  // Welford's sums
      sum += worse;
      squares += before * (worse - sum / (r + 1));
    }
    found.values.push_back(sum / options.repeats);
    found.deviations.push_back(std::sqrt(squares / options.repeats));
  }
  return found;
}

}  // namespace tutti

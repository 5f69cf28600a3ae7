// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/train/learn.hpp>

namespace tutti::detail {

/// Sums of out-of-fold predictions by several plans, and how many there are of each row.
struct SummedPredictions {
  Buffer<int> count;
  [[gnu::cold]] explicit SummedPredictions(const PredictionRows& first)
      : count(static_cast<std::size_t>(first.rows())) {
    for (std::ptrdiff_t i = 0; i < first.rows(); ++i) count[static_cast<std::size_t>(i)] = first.covers(i);
  }
  [[gnu::cold]] void add(const PredictionRows& more, PredictionRows& sum) {
    for (std::ptrdiff_t i = 0; i < more.rows(); ++i) {
      if (!more.covers(i)) continue;
      const auto from = more.values().row(i);
      const auto to = sum.values().row(i);
      for (std::size_t k = 0; k < to.size(); ++k)
        to[k] = (count[static_cast<std::size_t>(i)] > 0 ? to[k] : 0) + from[k];
      ++count[static_cast<std::size_t>(i)];
      sum.set_covered(i, true);
    }
  }
  [[gnu::cold]] void divide(PredictionRows& sum) const {
    for (std::ptrdiff_t i = 0; i < sum.rows(); ++i)
      for (float& v : sum.values().row(i))
        v /= static_cast<float>(std::max(1, count[static_cast<std::size_t>(i)]));
  }
};

/// A member that is learnt by several plans: its out-of-fold predictions are the means over all of them, and the models of all
/// folds stand behind each other, those of the shared plan first.
/// Errors   DataError for less than one plan, or a plan that has no other (Context::plan).
template <class Spec, class X, class Y>
LearnedOf<Spec, X, Y> learn_repeatedly(const Spec& spec, const Dataset<X, Y>& data, const Context& context,
                                       Want want, int repeats) {
  auto learned = learn(spec, data, context, want);
  if (repeats == 1) return learned;
  SummedPredictions sums(*learned.out_of_fold);
  for (int r = 1; r < repeats; ++r) {
    auto more = learn(spec, data, context.with_plan(context.plan(data, r)).repeat("plan", r),
                      Want{false, true, want.folds});
    sums.add(*more.out_of_fold, *learned.out_of_fold);
    for (auto& model : more.folds) learned.folds.push_back(std::move(model));
  }
  sums.divide(*learned.out_of_fold);
  return learned;
}

}  // namespace tutti::detail

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/cascade.hpp>
#include <tutti/combine/greedy.hpp>
#include <tutti/layer/activations.hpp>
#include <tutti/layer/dense.hpp>
#include <tutti/layer/dropout.hpp>
#include <tutti/model/boost_tree.hpp>
#include <tutti/model/extra_trees.hpp>
#include <tutti/model/forest.hpp>
#include <tutti/model/impute.hpp>
#include <tutti/model/knn.hpp>
#include <tutti/model/logistic.hpp>
#include <tutti/model/network.hpp>
#include <tutti/model/one_hot.hpp>
#include <tutti/model/quantile_transform.hpp>
#include <tutti/model/ridge.hpp>
#include <tutti/model/standardize.hpp>

#include <algorithm>

namespace tutti {

/// The recipe that wins, without a choice to make: fit(Best{}, data). best_members are fitted for each fold, selected greedily by
/// what they say out of fold, and asked as the mean of their fold models.
struct Best {
  double budget = 0;   // work units for the members, folds rows columns each, the first in any case; 0: all of them
  bool refit = false;  // members are fitted again on all rows, one model each: smaller and quicker, but nothing has judged them
  int rounds = 25;     // of the selection
  Monitor metric{};    // what is made best; empty: log-loss of labels, squared error of numbers
};

namespace detail {

inline OneHot known_categories() { return {.own = true, .optional = true}; }

/// What a learner that takes neither gaps nor categories nor scales stands behind: gaps filled, numbers made normal or not,
/// categories as columns of zeros and ones, all on one scale.
auto on_plain_numbers(auto learner) { return Cascade{Impute{}, known_categories(), Standardize{}, std::move(learner)}; }
auto on_normal_numbers(auto learner) {
  return Cascade{Impute{}, QuantileTransform{.normal = true}, known_categories(), Standardize{}, std::move(learner)};
}

}  // namespace detail

/// The portfolio of Best, to be fitted as it is or to begin one of your own with, in the order in which a budget takes it:
/// members that err differently, with settings that are good on most tables. Types are few, settings many: three boostings
/// compile as one.
/// Source   the families of AutoGluon's portfolios (Erickson et al., AutoGluon-Tabular, 2020; Salinas and Erickson, TabRepo,
///          AutoML 2024): boosting, net, extra trees, forest, linear, neighbours.
template <class Y> auto best_members(const Best& options, std::ptrdiff_t rows) {
  constexpr bool labels = has_probabilities<Y>;
  const auto boost = [](int leaves, BoostTreeOptions o) { return Boost{Tree{.leaves = leaves}, o}; };
  const auto linear = [] {
    if constexpr (labels) return Logistic{};
    else return Ridge{};
  };
  const auto net = [](float dropout) {
    NetworkOptions o{.epochs = 60, .batch = 64, .optimizer = AdamW{.learning_rate = 5e-3f}};
    if constexpr (labels)  // nets become sure of noise long before their training ends
      o = {.epochs = 100, .batch = 128, .optimizer = AdamW{.learning_rate = 2e-3f}, .schedule = Constant{}, .average_decay = 0.99f,
           .early_stop = 10};
    return Network{Cascade{Dense<128>{}, GELU{}, Dropout{dropout}, Dense<128>{}, GELU{}, Dropout{dropout}, Dense<>{}}, o};
  };
  const int near = static_cast<int>(std::clamp<std::ptrdiff_t>(rows / 8, 1, 20));  // in a fold of few rows there are fewer
  return Greedy{
      {.rounds = options.rounds, .metric = options.metric, .budget = options.budget},
      boost(31, {.rounds = 1000, .learning_rate = 0.05f, .early_stop = 50}),
      detail::on_plain_numbers(linear()),
      detail::on_plain_numbers(net(labels ? 0.3f : 0)),
      ExtraTrees{},
      boost(63, {.rounds = 300, .learning_rate = 0.05f, .rows = 0.8f, .columns = 0.7f}),
      Forest{.tree = {.min_rows = 5}},
      detail::on_normal_numbers(net(labels ? 0.3f : 0.1f)),
      boost(15, {.rounds = 1000, .learning_rate = 0.1f, .lambda = 10, .columns = 0.5f, .early_stop = 50}),
      detail::on_plain_numbers(KNN{.neighbours = near, .by_distance = true})};
}

/// Members x folds, then a selection of them: the mean of chosen members, each the mean of its fold models, whose out-of-fold
/// predictions were selected. No further layer stands on top. The folds are those of the fit, FitOptions::folds; fold models are
/// kept whatever it says, unless `refit`: then model().validated() is false.
/// Shapes   rows of numbers or a table -> probabilities of labels, numbers.
/// Cost     k fits of each member that the budget pays for; `refit` adds one of each that was chosen. predict: k models of each
///          chosen member.
/// Errors   FitError for a budget below 0, for what stops a member (named by its path).
/// Source   Erickson et al., AutoGluon-Tabular: robust and accurate AutoML for structured data (2020), without its stacking layer;
///          Caruana et al., Ensemble selection from libraries of models (ICML 2004).
template <> struct Behaviour<Best> {
  template <class Y> using Portfolio = decltype(best_members<Y>(Best{}, 0));

  static constexpr Capabilities capabilities{.weights = true, .missing = true, .probabilities = true};

  template <class X, class Y> using Model = ModelOf<Portfolio<Y>, X, Y>;

  template <class X, class Y> static constexpr auto diagnose() {
    if constexpr (is_text<X>)
      return std::type_identity<error::Mismatch<Best, error::GetsType<X>, error::numbers_because_it_does_not_read_text>>{};
    else if constexpr (is_flags<Y>)
      return std::type_identity<error::Mismatch<Best, error::GetsType<Y>, error::labels_or_numbers_because_it_does_not_learn_flags>>{};
    else return std::type_identity<DiagnosisOf<Portfolio<Y>, X, Y>>{};
  }
  template <class X, class Y> using Diagnosis = typename decltype(diagnose<X, Y>())::type;

  template <class X, class Y>
  static Learned<Model<X, Y>, Y> learn(const Best& spec, const Dataset<X, Y>& data, const Context& context, Want want) {
    return tutti::learn(best_members<Y>(spec, data.rows()), data, context.keeping_folds(!spec.refit), want);
  }
  template <class X, class Y, class... Models>
  static void each_member(const GreedyModel<X, Y, Models...>& model, auto&& f) {
    Behaviour<Portfolio<Y>>::each_member(model, f);
  }
};

}  // namespace tutti

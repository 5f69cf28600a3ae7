// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/average.hpp>
#include <tutti/combine/many.hpp>
#include <tutti/combine/vote.hpp>

/// Weights of a Vote or an Average that are learnt from out-of-fold predictions. A policy is a value with
///   Buffer<double> weights(const MemberOutputs& said) const;       // one for each member, >= 0, not all 0
/// and, where it does not suit all targets, `static constexpr bool labels, numbers` (flags count as labels). Of a Vote it
/// sees the votes, of an Average the outputs: what the weights are for. Rows have weights, which it must honour.
namespace tutti {

/// By accuracy: w = max(0, a - stability s), a the member's mean accuracy over the folds and s its standard deviation over
/// them; R2 where numbers are predicted. If nobody is better than nothing, all count the same. R2 of a fold is 1 - MSE of the
/// fold / variance of all rows, the mean over the columns; flags: the share that is right.
struct AccuracyWeights {
  double stability = 0;

  /// Errors   DataError for a stability that is negative.
  template <class = void>
  Buffer<double> weights(const MemberOutputs& said) const;
};

/// By inverse error: w = 1 / e^power, e the log-loss of labels and flags, the mean squared error of numbers. Members without
/// any error, if there are some, share all.
struct InverseErrorWeights {
  double power = 1;

  /// Errors   DataError for a power that is negative.
  template <class = void>
  Buffer<double> weights(const MemberOutputs& said) const;
};

/// By bootstrap: w = the share of resamples of the rows (whole groups, where there are groups) on which the member has the
/// least error, as InverseErrorWeights has it; those who tie share. An estimate of how likely a member is to be the best.
/// Cost     resamples rows members.
struct BootstrapWeights {
  int resamples = 200;

  /// Errors   DataError for less than one resample.
  template <class = void>
  Buffer<double> weights(const MemberOutputs& said) const;
};

/// Least squares under w >= 0 and sum w = 1: the convex combination with the least squared error, labels one-hot. Without
/// .sum_to_one the sum is free and brought to 1 afterwards, as a mean must be.
/// Cost     rows outputs members^2.
/// Source   Breiman, Stacked regressions, Machine Learning 24 (1996).
struct LeastSquaresWeights {
  bool sum_to_one = true;

  template <class = void>
  Buffer<double> weights(const MemberOutputs& said) const;
};

/// The weights of the least log-loss, a convex problem, to within 1e-8 nats (likeliest_mixture). For labels and flags.
/// Cost     about ten times rows members^2.
struct LogLossWeights {
  static constexpr bool numbers = false;

  template <class = void>
  Buffer<double> weights(const MemberOutputs& said) const;
};

namespace detail {

template <class Policy>
constexpr bool weighs_labels() {
  if constexpr (requires { Policy::labels; }) return Policy::labels;
  else return true;
}
template <class Policy>
constexpr bool weighs_numbers() {
  if constexpr (requires { Policy::numbers; }) return Policy::numbers;
  else return true;
}

template <class Rule, class X, class Y, class List>
struct WeighedModelOf;
template <class Rule, class X, class Y, class... Members>
struct WeighedModelOf<Rule, X, Y, meta::List<Members...>> {
  using type = CommitteeModel<Rule, X, Y, Many<X, Y, ModelOf<Members, X, Y>>...>;
};

/// Fits the members out of fold, then the weights (combine/learnt_weights_fit.hpp).
template <class Rule, class X, class Y, class Form>
Learned<typename WeighedModelOf<Rule, X, Y, typename Form::MemberList>::type, Y> learn_weighed(const Form& form, const Dataset<X, Y>& data, const Context& context,
                                                                                              Want want);

/// A committee whose weights are learnt: a head. What is applied to a fold is learnt from the out-of-fold rows of the others.
/// Cost     members (k + 1) fits, and k + 1 times the policy's.
/// Errors   at compile time: targets that the policy does not suit. FitError for a member that does not predict finite
///          numbers, a policy that gives other than one weight for each member, finite, not negative, not all 0.
template <class Form, class Rule>
struct WeighedBehaviour : CommitteeBehaviour<Form, Rule> {
  using Policy = typename Form::WeightsType;
  static constexpr Capabilities capabilities = [] {
    Capabilities c = capabilities_of_all(typename Form::MemberList{});
    c.labels = c.labels && weighs_labels<Policy>();
    c.flags = c.flags && weighs_labels<Policy>();
    c.numbers = c.numbers && weighs_numbers<Policy>();
    c.incremental = false;
    return c;
  }();

  template <class X, class Y>
  using Model = typename WeighedModelOf<Rule, X, Y, typename Form::MemberList>::type;

  template <class X, class Y>
  static constexpr auto diagnose() {
    constexpr bool chances = Y::is_label || is_flags<Y>;
    if constexpr (std::is_same_v<Rule, VoteRule> && !Y::is_label)
      return std::type_identity<error::Mismatch<Form, error::GetsType<Y>, error::labels_to_vote_on>>{};
    else if constexpr (chances && !weighs_labels<Policy>())
      return std::type_identity<error::Mismatch<Form, error::GetsType<Y>, error::numbers_to_learn_these_weights_from>>{};
    else if constexpr (!chances && !weighs_numbers<Policy>())
      return std::type_identity<error::Mismatch<Form, error::GetsType<Y>, error::labels_to_learn_these_weights_from>>{};
    else return diagnose_members<Form, X, Y>(typename Form::MemberList{});
  }
  template <class X, class Y>
  using Diagnosis = typename decltype(diagnose<X, Y>())::type;

  template <class X, class Y>
  static Learned<Model<X, Y>, Y> learn(const Form& form, const Dataset<X, Y>& data, const Context& context, Want want) {
    return learn_weighed<Rule>(form, data, context, want);
  }
};

}  // namespace detail

template <WeightsPolicy Policy, class... Members>
struct Behaviour<Average<Policy, Members...>> : detail::WeighedBehaviour<Average<Policy, Members...>, MeanRule> {};
template <WeightsPolicy Policy, class... Members>
struct Behaviour<Vote<Policy, Members...>> : detail::WeighedBehaviour<Vote<Policy, Members...>, VoteRule> {};

}  // namespace tutti

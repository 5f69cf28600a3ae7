// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/capabilities.hpp>
#include <tutti/core/context.hpp>
#include <tutti/core/kinds.hpp>
#include <tutti/core/outputs.hpp>
#include <tutti/core/words.hpp>

#include <type_traits>

namespace tutti {

namespace detail {

template <class Spec, class X, class Y>
concept FitsItself = requires(const Spec& spec, const Dataset<X, Y>& data, Context context) { spec.fit(data, context); };

template <class Spec, class X, class Y>
struct FitResult {};
template <class Spec, class X, class Y>
  requires FitsItself<Spec, X, Y>
struct FitResult<Spec, X, Y> {
  using type = decltype(std::declval<const Spec&>().fit(std::declval<const Dataset<X, Y>&>(), std::declval<Context>()));
};

}  // namespace detail

/// How a spec is fitted, what that gives and what is wrong with it: the one place where forms differ from learners.
/// This primary template asks the spec itself, so a user's struct with a member `fit` needs nothing; forms specialise it.
/// A specialisation has capabilities, Model<X, Y>, Diagnosis<X, Y> and either
///   fit(spec, data, context) -> Model, or, if its members can be learnt out of fold more cheaply than by fitting it
///   once per fold, learn(spec, data, context, want) -> Learned<Model> (see train/learn.hpp).
template <class Spec>
struct Behaviour {
  static constexpr Capabilities capabilities = stated_capabilities<Spec>();

  template <class X, class Y>
  using Model = typename detail::FitResult<Spec, X, Y>::type;

  template <class X, class Y>
  static constexpr auto diagnose() {
    if constexpr (is_transform<Spec>)
      return std::type_identity<error::Mismatch<Spec, error::GetsType<Dataset<X, Y>>, error::an_estimator_but_this_is_a_transform>>{};
    else if constexpr (requires { typename Spec::SpecType; typename Spec::TargetType; })
      return std::type_identity<error::Mismatch<Spec, error::GetsType<Dataset<X, Y>>, error::Frozen_around_it_because_it_is_fitted>>{};
    else if constexpr (is_text<X> && !capabilities.text)
      return std::type_identity<error::Mismatch<Spec, error::GetsType<X>, error::numbers_because_it_does_not_read_text>>{};
    else if constexpr (is_flags<Y> && !capabilities.flags)
      return std::type_identity<error::Mismatch<Spec, error::GetsType<Y>, error::labels_or_numbers_because_it_does_not_learn_flags>>{};
    else if constexpr (Y::is_label && !capabilities.labels)
      return std::type_identity<error::Mismatch<Spec, error::GetsType<Y>, error::labels_but_it_predicts_numbers>>{};
    else if constexpr (!has_probabilities<Y> && !capabilities.numbers)
      return std::type_identity<error::Mismatch<Spec, error::GetsType<Y>, error::numbers_but_it_predicts_labels>>{};
    else if constexpr (!detail::FitsItself<Spec, X, Y>)
      return std::type_identity<error::Mismatch<Spec, error::GetsType<Dataset<X, Y>>, error::a_fit_member_for_these_inputs_and_targets>>{};
    else if constexpr (!HasOutputs<Model<X, Y>, X> && !HasPredict<Model<X, Y>, X, Y>)
      return std::type_identity<error::Mismatch<Spec, error::GetsModel<Model<X, Y>>, error::a_predict_member_in_what_fit_returns>>{};
    else
      return std::type_identity<error::none>{};
  }
  template <class X, class Y>
  using Diagnosis = typename decltype(diagnose<X, Y>())::type;

  template <class X, class Y>
  static Model<X, Y> fit(const Spec& spec, const Dataset<X, Y>& data, const Context& context) {
    return spec.fit(data, context);
  }
};

template <class Spec, class X, class Y>
using ModelOf = typename Behaviour<Spec>::template Model<X, Y>;
template <class Spec, class X, class Y>
using DiagnosisOf = typename Behaviour<Spec>::template Diagnosis<X, Y>;
template <class Spec>
inline constexpr Capabilities capabilities_of = Behaviour<Spec>::capabilities;

namespace error {

/// What is wrong with member I of a form, seen from the form: the form names its own member; deeper places name
/// themselves, and layers, which say their number alone, get the numbers of the members that they stand in.
template <class Form, int I, class M, class Diagnosis>
struct located {
  using type = Diagnosis;
};
template <class Form, int I, class M, class G, class N>
struct located<Form, I, M, Mismatch<M, G, N>> {
  using type = Mismatch<Form, Member<I, M>, N>;
};
template <class Form, int I, class M, int J, class Deeper, class N>
struct located<Form, I, M, Mismatch<M, Member<J, Deeper>, N>> {  // already named by the form below
  using type = Mismatch<M, Member<J, Deeper>, N>;
};
template <class Form, int I, class M, int J, class L, class G, class N>
struct located<Form, I, M, Mismatch<Layer<J, L>, G, N>> {
  using type = Mismatch<Inside<I, Layer<J, L>>, G, N>;
};
template <class Form, int I, class M, int J, class G, class N>
struct located<Form, I, M, Mismatch<Layer<J, M>, G, N>> {  // the member is this layer
  using type = Mismatch<Layer<I, M>, G, N>;
};
template <class Form, int I, class M, int J, class Place, class G, class N>
struct located<Form, I, M, Mismatch<Inside<J, Place>, G, N>> {
  using type = Mismatch<Inside<I, Inside<J, Place>>, G, N>;
};
template <class Form, int I, class M, class Diagnosis>
using located_t = typename located<Form, I, M, Diagnosis>::type;

}  // namespace error
}  // namespace tutti

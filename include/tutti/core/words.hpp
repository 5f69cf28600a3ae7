// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/meta/fixed_string.hpp>
#include <tutti/core/shape.hpp>

#include <utility>

/// The words of compile-time errors. A diagnosis is a type composed of them; it travels through the type computation
/// as a value would and is reported once, by the static_assert in `Fitted`. None of these is ever defined.
namespace tutti::error {

struct none;  // nothing is wrong

template <class Where, class Gets, class Needs>
struct Mismatch;

// where
template <int Index, class L>
struct Layer;  // layers count from 0
template <int Index, class M>
struct Member;  // members count from 0
template <int Index, class Inner>
struct Inside;  // the place is inside layer or member Index of the form around it

// what was got
template <int... Extents>
struct Gets;
template <class T>
struct GetsType;
template <class T>
struct GetsModel;

// what was needed, beside tutti::Needs<Rank<3>, ...>
template <int N>
struct Outputs;
struct the_same_shape_from_every_branch;
struct the_same_extents_but_the_first;
struct at_least_one_layer;
struct a_layer;                      // that has infer and Bind
struct a_shape_that_has_numbers;     // from infer
struct a_layer_that_infers_a_shape;
struct labels_but_it_predicts_numbers;
struct numbers_but_it_predicts_labels;
struct labels_to_vote_on;
struct a_weight_for_every_member;
struct no_weights_because_the_meta_learner_weighs_the_members;
struct out_of_fold_predictions;
struct a_fit_member_for_these_inputs_and_targets;
struct a_predict_member_in_what_fit_returns;
struct at_least_one_member;
struct an_estimator_at_the_end;
struct features_before_an_estimator_but_this_is_a_layer;
struct a_record_as_input;
template <char... Name>  // one character each: what both compilers can print
struct a_field_named;
struct the_inputs_and_targets_it_was_fitted_on;
struct the_capability_weights;
struct the_capability_incremental;

/// True for `none` only. The name is what a compiler prints; the template argument says the rest.
template <class Diagnosis>
inline constexpr bool composition_fits = false;
template <>
inline constexpr bool composition_fits<none> = true;

namespace detail {
template <meta::FixedString Name, std::size_t... I>
a_field_named<Name.text[I]...> spell(std::index_sequence<I...>);
}
template <meta::FixedString Name>
using field = decltype(detail::spell<Name>(std::make_index_sequence<Name.view().size()>{}));

}  // namespace tutti::error

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
template <int Index, class Place>
struct Inside;  // the place is inside layer or member Index of the form around it

// what was got
template <int... Extents>
struct Gets;  // rows of these extents
template <int... Extents>
struct Makes;  // it takes what it gets, and makes this of it
template <class T>
struct GetsType;
template <class T>
struct GetsModel;  // what fit returned

// what was needed, beside tutti::Needs<Rank<3>, ...>
template <int N>
struct Outputs;
template <int... Extents>
struct the_same_shape_as;
template <int... Extents>
struct the_same_extents_but_the_channels_as;
template <class X>
struct a_row_of;
template <char... Name>  // one character each: what both compilers can print
struct a_field_named;
struct at_least_one_layer;
struct at_least_one_member;
struct extents_of_at_least_1;
struct a_layer_with_infer_and_Bind;
struct a_layer_because_layers_stand_before_it;
struct an_estimator_but_this_is_a_transform;
struct labels_but_it_predicts_numbers;
struct numbers_but_it_predicts_labels;
struct labels_or_numbers_because_it_does_not_learn_flags;
struct numbers_because_it_does_not_read_text;
struct labels_or_one_number;
struct a_single_number_for_this_width;
struct a_bag_whose_members_have_not_drawn_all_rows;
struct rows_of_numbers_because_it_keeps_them;
struct labels_to_vote_on;
struct a_weight_for_every_member;
struct no_weights_because_the_meta_learner_weighs_the_members;
struct labels_to_learn_these_weights_from;
struct numbers_to_learn_these_weights_from;
struct out_of_fold_predictions;
struct members_that_are_frozen;
struct labels_whose_probabilities_tell_when_to_stop;
struct labels_that_members_are_right_or_wrong_about;
struct a_gate_in_front_of_the_members;
struct an_estimator_among_its_branches;
struct one_Fuse_for_all_estimators;
struct inputs_such_as_Row_or_Table;
struct a_target_such_as_Label_or_Real;
struct a_record_as_input;
struct a_fit_member_for_these_inputs_and_targets;
struct a_predict_member_in_what_fit_returns;
struct width_and_transform_members_in_what_fit_returns;
struct a_visit_member_that_names_its_fields;
struct the_inputs_and_targets_it_was_fitted_on;
struct a_fitted_net;
struct a_net_that_is_trained_in_cycles;
struct a_net_with_dropout;
struct rows_in_memory;
struct a_stream_of_rows_or_of_tables;
struct the_inputs_of_the_fitted_net;
struct a_first_layer_in_common;
struct a_predict_member_for_these_inputs_and_targets;
struct the_capability_incremental;
struct learning_state_and_update_members_in_what_fit_returns;

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

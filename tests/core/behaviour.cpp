// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <tutti/combine/bag.hpp>
#include <tutti/combine/cascade.hpp>
#include <tutti/combine/frozen.hpp>
#include <tutti/combine/on.hpp>
#include <tutti/combine/replicate.hpp>
#include <tutti/combine/stack.hpp>

using namespace tutti;
using namespace tutti::error;

namespace {

using X = Row<4>;
using Y = Label<3>;

struct Anything {  // learns labels and numbers
  template <class Yes>
  struct Model {
    Yes predict(const auto&) const { return {}; }
  };
  template <class In, class Yes>
  Model<Yes> fit(const Dataset<In, Yes>&, Context) const {
    return {};
  }
};
struct Classifier : Anything {
  static constexpr Capabilities capabilities{.labels = true, .numbers = false};
};
struct Regressor : Anything {
  static constexpr Capabilities capabilities{.labels = false, .numbers = true};
};
struct Unfit {};  // no member fit
struct Mute {     // fits to something that cannot predict
  struct Model {};
  template <class In, class Yes>
  Model fit(const Dataset<In, Yes>&, Context) const {
    return {};
  }
};
struct OnlyImages : Anything {
  template <int... E, class Yes>
  Model<Yes> fit(const Dataset<Image<E...>, Yes>&, Context) const {
    return {};
  }
};
struct Halve {  // a transform
  static constexpr Shape infer(Shape) { return shape(2); }
  template <class In>
  struct Model {
    int width() const { return 2; }
    void transform(const ViewOf<In>&, float*) const noexcept {}
  };
  template <class In, class Yes>
  Model<In> fit(const Dataset<In, Yes>&, Context) const {
    return {};
  }
};
struct Unfinished {  // a transform without fit
  static constexpr Shape infer(Shape in) { return in; }
};

template <class Spec, class Diagnosis, class In = X, class Out = Y>
constexpr bool says = std::is_same_v<DiagnosisOf<Spec, In, Out>, Diagnosis>;
template <class Spec, class In = X, class Out = Y>
constexpr bool fits = says<Spec, none, In, Out>;

}  // namespace

// a learner: its capabilities, its fit, what fit returns
static_assert(fits<Anything> && fits<Anything, X, Real> && fits<Classifier> && fits<Regressor, X, Real>);
static_assert(says<Regressor, Mismatch<Regressor, GetsType<Y>, labels_but_it_predicts_numbers>>);
static_assert(says<Classifier, Mismatch<Classifier, GetsType<Real>, numbers_but_it_predicts_labels>, X, Real>);
static_assert(says<Unfit, Mismatch<Unfit, GetsType<Dataset<X, Y>>, a_fit_member_for_these_inputs_and_targets>>);
static_assert(says<OnlyImages, Mismatch<OnlyImages, GetsType<Dataset<X, Y>>, a_fit_member_for_these_inputs_and_targets>>);
static_assert(fits<OnlyImages, Image<1, 8, 8>, Y>);
static_assert(says<Mute, Mismatch<Mute, GetsModel<Mute::Model>, a_predict_member_in_what_fit_returns>>);

// a form names its own member, however deep it stands itself
template <class F>
using InVote = Mismatch<Vote<Anything, F>, Member<1, F>, labels_but_it_predicts_numbers>;
static_assert(fits<Vote<Anything, Classifier>>);
static_assert(says<Vote<Anything, Regressor>, InVote<Regressor>>);
static_assert(says<Average<Vote<Anything, Regressor>, Anything>, InVote<Regressor>>);
static_assert(says<Stack<Average<Anything, Bag<Vote<Anything, Regressor>>>, Anything>, InVote<Regressor>>);
static_assert(says<Replicate<Stack<Vote<Anything, Regressor>, Anything>, 2>, InVote<Regressor>>);
static_assert(says<Bag<Regressor>, Mismatch<Bag<Regressor>, Member<0, Regressor>, labels_but_it_predicts_numbers>>);
static_assert(says<Replicate<Unfit, 3>, Mismatch<Replicate<Unfit, 3>, Member<0, Unfit>, a_fit_member_for_these_inputs_and_targets>>);

// the first of several mistakes
static_assert(says<Average<Anything, Unfit, Regressor>, Mismatch<Average<Anything, Unfit, Regressor>, Member<1, Unfit>, a_fit_member_for_these_inputs_and_targets>>);

// committees
static_assert(says<Vote<Anything>, Mismatch<Vote<Anything>, GetsType<Real>, labels_to_vote_on>, X, Real>);
static_assert(says<Average<Weights<3>, Anything, Anything>, Mismatch<Average<Weights<3>, Anything, Anything>, GetsType<Weights<3>>, a_weight_for_every_member>>);
static_assert(says<Vote<>, Mismatch<Vote<>, GetsType<meta::List<>>, at_least_one_member>> && says<Average<>, Mismatch<Average<>, GetsType<meta::List<>>, at_least_one_member>>);
static_assert(fits<Average<Weights<2>, Anything, Anything>> && fits<Average<Anything, Regressor>, X, Real>);

// stacks: a regressor may be the meta-learner on labels, and nothing else there
static_assert(fits<Stack<Vote<Anything, Classifier>, Regressor>> && fits<Stack<Anything, Regressor>, X, Real>);
static_assert(says<Stack<Regressor, Anything>, Mismatch<Stack<Regressor, Anything>, Member<0, Regressor>, labels_but_it_predicts_numbers>>);
static_assert(says<Stack<Vote<Anything, Regressor>, Anything>, InVote<Regressor>>);
static_assert(says<Stack<Average<Weights<1>, Anything>, Regressor>,
                   Mismatch<Stack<Average<Weights<1>, Anything>, Regressor>, Member<0, Average<Weights<1>, Anything>>, no_weights_because_the_meta_learner_weighs_the_members>>);
static_assert(says<Stack<Anything, Unfit>, Mismatch<Stack<Anything, Unfit>, Member<1, Unfit>, a_fit_member_for_these_inputs_and_targets>>);
static_assert(says<Stack<Vote<Anything>, Regressor>, Mismatch<Vote<Anything>, GetsType<Real>, labels_to_vote_on>, X, Real>);
static_assert(says<Stack<Anything, Classifier>, Mismatch<Stack<Anything, Classifier>, Member<1, Classifier>, numbers_but_it_predicts_labels>, X, Real>);

// chains
static_assert(fits<Cascade<Halve, Halve, Anything>> && fits<Cascade<Anything, Regressor>, X, Real> && fits<Cascade<Anything>>);
static_assert(!fits<Cascade<Halve>> && !fits<Cascade<Halve, Halve>> && !fits<Cascade<>>);
static_assert(says<Cascade<Unfinished, Anything>, Mismatch<Cascade<Unfinished, Anything>, Member<0, Unfinished>, a_fit_member_for_these_inputs_and_targets>>);
static_assert(says<Cascade<Regressor, Anything>, Mismatch<Cascade<Regressor, Anything>, Member<0, Regressor>, labels_but_it_predicts_numbers>>);
static_assert(says<Cascade<Halve, Regressor>, Mismatch<Cascade<Halve, Regressor>, Member<1, Regressor>, labels_but_it_predicts_numbers>>);

// a chain hands on what it makes: rows of the transform's width, rows of outputs
static_assert(std::is_same_v<ModelOf<Cascade<Halve, Anything>, X, Y>, Transformed<X, Y, Row<2>, Halve::Model<X>, Anything::Model<Y>>>);
static_assert(std::is_same_v<ModelOf<Cascade<Anything, Anything>, X, Y>, Featured<X, Y, Row<3>, Anything::Model<Y>, Anything::Model<Y>>>);

// fields of records
using Facts = Record<Field<"facts", X>, Field<"picture", Image<1, 8, 8>>>;
static_assert(fits<On<"facts", Anything>, Facts> && fits<On<"picture", OnlyImages>, Facts> && fits<Average<On<"facts", Anything>, On<"picture", OnlyImages>>, Facts>);
static_assert(says<On<"facts", Anything>, Mismatch<On<"facts", Anything>, GetsType<X>, a_record_as_input>>);
static_assert(says<On<"fact", Anything>, Mismatch<On<"fact", Anything>, GetsType<Facts>, a_field_named<'f', 'a', 'c', 't'>>, Facts>);
static_assert(says<On<"facts", OnlyImages>, Mismatch<On<"facts", OnlyImages>, Member<0, OnlyImages>, a_fit_member_for_these_inputs_and_targets>, Facts>);

// frozen members predict for these rows or are refused
static_assert(fits<Frozen<Anything::Model<Y>>>);
static_assert(says<Frozen<Unfit>, Mismatch<Frozen<Unfit>, GetsType<Dataset<X, Y>>, a_predict_member_for_these_inputs_and_targets>>);
static_assert(says<Frozen<Fitted<Anything, X, Y>>, Mismatch<Frozen<Fitted<Anything, X, Y>>, GetsType<Dataset<Row<5>, Y>>, the_inputs_and_targets_it_was_fitted_on>, Row<5>>);
static_assert(fits<Frozen<Fitted<Anything, X, Y>>>);

TEST_CASE("only `none` means that a composition fits") {
  CHECK(composition_fits<none>);
  CHECK_FALSE(composition_fits<InVote<Regressor>>);
  CHECK_FALSE(composition_fits<DiagnosisOf<Cascade<>, X, Y>>);
}

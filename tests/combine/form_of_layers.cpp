// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <tutti/combine/cascade.hpp>
#include <tutti/combine/form_of_layers.hpp>
#include <tutti/combine/vote.hpp>

using namespace tutti;
using namespace tutti::error;

namespace {

using X = Row<4>;
using Y = Label<3>;

struct L {  // a layer, as far as forms look
  static constexpr Shape infer(Shape in) { return in; }
  template <class In, class T>
  struct Bind {};
};
struct Learner {
  struct Model {
    Y predict(const auto&) const { return {}; }
  };
  template <class In>
  Model fit(const Dataset<In, Y>&, Context) const {
    return {};
  }
};
struct Regressor : Learner {
  static constexpr Capabilities capabilities{.labels = false};
};
struct Unchanged {  // a transform
  static constexpr Shape infer(Shape in) { return in; }
  template <class In>
  struct Model {
    int width() const { return 4; }
    void transform(const ViewOf<In>&, float*) const noexcept {}
  };
  template <class In>
  Model<In> fit(const Dataset<In, Y>&, Context) const {
    return {};
  }
};

template <class Spec, class Diagnosis>
constexpr bool says = std::is_same_v<DiagnosisOf<Spec, X, Y>, Diagnosis>;
template <class Form, int I, class M, class Needed>
constexpr bool names = says<Form, Mismatch<Form, Member<I, M>, Needed>>;

}  // namespace

// the first part that is no layer
static_assert(names<Residual<Learner>, 0, Learner, a_layer_with_infer_and_Bind>);
static_assert(names<Fuse<L, L, Learner, Unchanged>, 2, Learner, a_layer_with_infer_and_Bind>);
static_assert(names<Sum<L, Unchanged>, 1, Unchanged, a_layer_with_infer_and_Bind>);
static_assert(names<Sum<Weights<2>, L, Learner>, 1, Learner, a_layer_with_infer_and_Bind>);
static_assert(says<Fuse<>, Mismatch<Fuse<>, GetsType<meta::List<>>, at_least_one_layer>>);
static_assert(says<Sum<Weights<0>>, Mismatch<Sum<Weights<0>>, GetsType<meta::List<>>, at_least_one_layer>>);

// a chain that begins with a layer
static_assert(names<Cascade<L, L, Learner>, 2, Learner, a_layer_because_layers_stand_before_it>);
static_assert(names<Cascade<L, Unchanged, Learner>, 1, Unchanged, a_layer_because_layers_stand_before_it>);

// the innermost form of layers speaks, whatever stands around it
using InFuse = Mismatch<Fuse<L, Learner>, Member<1, Learner>, a_layer_with_infer_and_Bind>;
static_assert(says<Cascade<L, Residual<Fuse<L, Learner>>>, InFuse>);
static_assert(says<Vote<Learner, Cascade<L, Fuse<L, Learner>>>, InFuse>);
static_assert(says<Residual<Cascade<L, Learner>>, Mismatch<Cascade<L, Learner>, Member<1, Learner>, a_layer_because_layers_stand_before_it>>);

// behind transforms and estimators steps count from the front of the chain
static_assert(names<Cascade<Unchanged, Unchanged, Unchanged>, 2, Unchanged, an_estimator_but_this_is_a_transform>);
static_assert(names<Cascade<Unchanged, Learner, Unchanged, Regressor>, 3, Regressor, labels_but_it_predicts_numbers>);
static_assert(names<Cascade<Learner, L, Learner>, 2, Learner, a_layer_because_layers_stand_before_it>);
static_assert(says<Cascade<Unchanged, Unchanged, Vote<Learner, Regressor>>, Mismatch<Vote<Learner, Regressor>, Member<1, Regressor>, labels_but_it_predicts_numbers>>);

// layers say their number alone: the forms around them say where they stand
template <class Place>
using AtPlace = Mismatch<Place, Gets<4>, Needs<Rank<3>>>;
static_assert(std::is_same_v<located_t<Vote<Learner, L>, 1, L, AtPlace<error::Layer<0, L>>>, AtPlace<error::Layer<1, L>>>);
static_assert(std::is_same_v<located_t<Vote<Learner, Cascade<L>>, 1, Cascade<L>, AtPlace<error::Layer<2, L>>>, AtPlace<Inside<1, error::Layer<2, L>>>>);
static_assert(std::is_same_v<located_t<Bag<Vote<L>>, 0, Vote<L>, AtPlace<Inside<3, error::Layer<2, L>>>>, AtPlace<Inside<0, Inside<3, error::Layer<2, L>>>>>);
static_assert(std::is_same_v<tutti::detail::behind_t<Cascade<Unchanged, L, L>, 2, Cascade<L, L>, AtPlace<error::Layer<1, L>>>, AtPlace<error::Layer<2, L>>>);

TEST_CASE("a form of layers with anything else inside is no estimator") {
  CHECK_FALSE(composition_fits<DiagnosisOf<Residual<Learner>, X, Y>>);
  CHECK_FALSE(composition_fits<DiagnosisOf<Cascade<L, Learner>, X, Y>>);
  CHECK(composition_fits<DiagnosisOf<Cascade<Unchanged, Learner>, X, Y>>);
}

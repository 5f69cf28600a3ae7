// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <tutti/core/forms.hpp>

using namespace tutti;

namespace {

struct A {
  struct BoostOptions {  // a member may bring its own; combine/ has those of all others
    int rounds = 1;
  };
  int value = 1;
};
struct B {
  int value = 2;
};
template <class T, class Expected>
constexpr bool is = std::is_same_v<std::remove_const_t<T>, Expected>;

}  // namespace

// types are deduced from the members
static_assert(is<decltype(Vote{A{}, B{}}), Vote<A, B>>);
static_assert(is<decltype(Average{A{}}), Average<A>>);
static_assert(is<decltype(Cascade{A{}, B{}, A{}}), Cascade<A, B, A>>);
static_assert(is<decltype(Fuse{A{}, B{}}), Fuse<A, B>>);
static_assert(is<decltype(Sum{A{}, B{}}), Sum<A, B>>);
static_assert(is<decltype(Residual{A{}}), Residual<A>>);
static_assert(is<decltype(Stack{Vote{A{}, A{}}, B{}}), Stack<Vote<A, A>, B>>);
static_assert(is<decltype(Bag{A{}}), Bag<A>>);
static_assert(is<decltype(Bag{A{}, {.members = 3}}), Bag<A>>);
static_assert(is<decltype(Boost{A{}, {.rounds = 3}}), Boost<A>>);
static_assert(is<decltype(Replicate{A{}}), Replicate<A, 5>>);
static_assert(is<decltype(Frozen{A{}}), Frozen<A>>);
static_assert(is<decltype(on<"x">(A{})), On<"x", A>>);

// nesting never collapses into a copy
constexpr Vote<A, B> vote;
static_assert(is<decltype(Vote{vote}), Vote<Vote<A, B>>>);
static_assert(is<decltype(Vote{Vote{vote}}), Vote<Vote<Vote<A, B>>>>);
static_assert(is<decltype(Average{Average<A>{}}), Average<Average<A>>>);
static_assert(is<decltype(Cascade{Cascade<A, B>{}}), Cascade<Cascade<A, B>>>);
static_assert(is<decltype(Fuse{Fuse<A>{}}), Fuse<Fuse<A>>>);
static_assert(is<decltype(Sum{Sum<A>{}}), Sum<Sum<A>>>);
static_assert(is<decltype(Residual{Residual<A>{}}), Residual<Residual<A>>>);
static_assert(is<decltype(Bag{Bag<A>{}}), Bag<Bag<A>>>);
static_assert(is<decltype(Bag{Bag<A>{}, {.members = 2}}), Bag<Bag<A>>>);
static_assert(is<decltype(Replicate{Replicate<A, 3>{}}), Replicate<Replicate<A, 3>, 5>>);
static_assert(is<decltype(Frozen{Frozen{A{}}}), Frozen<Frozen<A>>>);
static_assert(is<decltype(Stack{Stack<A, B>{}, B{}}), Stack<Stack<A, B>, B>>);
static_assert(is<decltype(on<"x">(on<"y">(A{}))), On<"x", On<"y", A>>>);

// weights: that there are any is in the type, what they are is data
static_assert(is<decltype(Average{Weights{2, 1}, A{}, B{}}), Average<Weights<2>, A, B>>);
static_assert(is<decltype(Sum{LearntWeights{}, A{}, B{}}), Sum<LearntWeights, A, B>>);
static_assert(std::tuple_size_v<decltype(Sum<LearntWeights, A, B>{}.members)> == 2);
static_assert(is<decltype(Sum{Weights{0.5, 0.5f, 1}, A{}, A{}, A{}}), Sum<Weights<3>, A, A, A>>);
static_assert(Average{Weights{2, 1}, A{}, B{}}.weights.values == std::array{2.0f, 1.0f});
static_assert(std::is_same_v<Average<Weights<2>, A, B>::MemberList, meta::List<A, B>>);
static_assert(std::is_same_v<Average<Weights<2>, A, B>::WeightsType, Weights<2>>);
static_assert(std::is_same_v<Average<A, B>::WeightsType, Uniform>);
static_assert(is_weights<Weights<2>> && !is_weights<Uniform> && !is_weights<A>);
static_assert(!std::is_constructible_v<Weights<2>, float> && !std::is_constructible_v<Weights<2>, float, float, float>);

// specs are values that the compiler can compute with, and cost no more than their members
static_assert(std::get<1>(Vote{A{7}, B{8}}.members).value == 8);
static_assert(std::get<0>(std::get<0>(Vote{Vote{A{7}, B{8}}}.members).members).value == 7);
static_assert(std::get<2>(Cascade{A{1}, B{2}, A{3}}.steps).value == 3);
static_assert(Stack{A{5}, B{6}}.committee.value == 5 && Stack{A{5}, B{6}}.meta.value == 6);
static_assert(Bag{A{4}, {.members = 3, .rows = 0.5f, .replace = false}}.options.members == 3);
static_assert(Bag<A>{}.member.value == 1 && Bag<A>{}.options.members == 10);
static_assert(Replicate<A, 2>{A{9}}.member.value == 9);
static_assert(Frozen{A{3}}.model.value == 3);
static_assert(on<"x">(B{4}).member.value == 4);
static_assert(sizeof(Vote<A, B>) == sizeof(A) + sizeof(B) && sizeof(Bag<A>) == sizeof(A) + sizeof(BagOptions));

// types alone are programs: every form has default arguments, but a frozen model has to be given
static_assert(std::is_default_constructible_v<Stack<Vote<A, B>, Cascade<A, B>>>);
static_assert(std::is_default_constructible_v<Average<Weights<2>, A, B>>);
static_assert(!std::is_default_constructible_v<Frozen<A>>);

// members do not turn into forms by accident
static_assert(!std::is_convertible_v<A, Vote<A>> && !std::is_convertible_v<A, Bag<A>> && !std::is_convertible_v<A, Frozen<A>>);
static_assert(std::is_trivially_copyable_v<Stack<A, B>> && std::is_copy_assignable_v<Cascade<A, B>>);

TEST_CASE("a copy of a spec is another spec with the same values") {
  auto spec = Stack{Average{Weights{2, 1}, A{10}, B{20}}, A{30}};
  auto copy = spec;
  std::get<0>(copy.committee.members).value = 11;
  copy.committee.weights.values[0] = 5;
  CHECK(std::get<0>(spec.committee.members).value == 10);
  CHECK(spec.committee.weights.values[0] == 2);
  CHECK(std::get<0>(copy.committee.members).value == 11);
  spec = copy;
  CHECK(spec.committee.weights.values[0] == 5);
}

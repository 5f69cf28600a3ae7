// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <tutti/combine/bag.hpp>
#include <tutti/combine/cascade.hpp>
#include <tutti/combine/frozen.hpp>
#include <tutti/combine/on.hpp>
#include <tutti/combine/replicate.hpp>
#include <tutti/combine/stack.hpp>

using namespace tutti;

namespace {

struct Silent {};  // states nothing
struct Able {
  static constexpr Capabilities capabilities{.labels = true, .numbers = true, .weights = true, .missing = true, .probabilities = true, .incremental = true, .explainable = true};
};
struct Number {
  static constexpr Capabilities capabilities{.labels = false, .numbers = true, .weights = true};
};
struct Rescale {  // a transform
  static constexpr Capabilities capabilities{.weights = true, .missing = true};
  static constexpr Shape infer(Shape in) { return in; }
};
struct PlainRescale {
  static constexpr Shape infer(Shape in) { return in; }
};

template <class Spec>
constexpr Capabilities can = capabilities_of<Spec>;

}  // namespace

// what is not stated is not there, but for the kinds of targets
static_assert(can<Silent>.labels && can<Silent>.numbers);
static_assert(!can<Silent>.weights && !can<Silent>.missing && !can<Silent>.probabilities && !can<Silent>.incremental && !can<Silent>.explainable);

// a committee can do what all of its members can
static_assert(can<Vote<Able, Able>>.weights && can<Vote<Able, Able>>.missing && can<Vote<Able, Able>>.probabilities);
static_assert(!can<Vote<Able, Silent>>.weights && !can<Average<Able, Silent>>.missing && !can<Average<Silent, Able>>.probabilities);
static_assert(!can<Average<Able, Number>>.labels && can<Average<Able, Number>>.numbers && can<Average<Weights<2>, Able, Number>>.weights);

// one member: its own
static_assert(can<Bag<Able>>.missing && !can<Bag<Silent>>.missing);
static_assert(can<Replicate<Able, 2>>.weights && !can<Replicate<Silent, 2>>.weights);
static_assert(can<On<"x", Able>>.weights && !can<On<"x", Silent>>.weights);

// a stack needs weights in the meta-learner as well, missing values in its members only
static_assert(can<Stack<Able, Able>>.weights && !can<Stack<Able, Silent>>.weights && can<Stack<Able, Silent>>.missing);
static_assert(can<Stack<Able, Number>>.labels);  // a regressor on labels is allowed as meta-learner
static_assert(!can<Stack<Vote<Able, Silent>, Able>>.missing && can<Stack<Able, Able>>.probabilities && !can<Stack<Able, Able>>.incremental);

// a chain: weights everywhere, missing values are met by the first step
static_assert(can<Cascade<Rescale, Able>>.weights && can<Cascade<Rescale, Silent>>.missing && !can<Cascade<Rescale, Silent>>.weights);
static_assert(!can<Cascade<PlainRescale, Able>>.weights && !can<Cascade<PlainRescale, Able>>.missing);
static_assert(can<Cascade<Able, Number>>.numbers && !can<Cascade<Able, Number>>.labels);
static_assert(can<Cascade<Able>>.incremental);

// a frozen member is never asked to learn, so rows may have weights
static_assert(can<Frozen<Silent>>.weights && !can<Frozen<Able>>.incremental);

TEST_CASE("both holds what holds of either part, no more") {
  constexpr Capabilities all = stated_capabilities<Able>();
  constexpr Capabilities none{.labels = false, .numbers = false};
  constexpr Capabilities b = both(all, none), c = both(none, all);
  CHECK_FALSE((b.labels || b.numbers || b.weights || b.missing || b.probabilities || b.incremental || b.explainable));
  CHECK_FALSE((c.labels || c.numbers || c.weights || c.missing || c.probabilities || c.incremental || c.explainable));
  constexpr Capabilities d = both(all, all);
  CHECK((d.labels && d.numbers && d.weights && d.missing && d.probabilities && d.incremental && d.explainable));
}

// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <tutti/meta/list.hpp>

#include <string>
#include <vector>

using namespace tutti;

static_assert(meta::List<>::size == 0 && meta::List<int, int, char>::size == 3);

// equal types at different places are different places
static_assert(std::is_same_v<meta::at<0, int, char, int>, int>);
static_assert(std::is_same_v<meta::at<1, int, char, int>, char>);
static_assert(std::is_same_v<meta::at<2, int, char, int>, int>);
static_assert(std::is_same_v<meta::at<0, const int&>, const int&>);

struct None;
struct A;
struct B;
static_assert(std::is_same_v<meta::first_other<None>, None>);
static_assert(std::is_same_v<meta::first_other<None, None, None>, None>);
static_assert(std::is_same_v<meta::first_other<None, A>, A>);
static_assert(std::is_same_v<meta::first_other<None, None, B, A>, B>);

static_assert(meta::is_instance_of<std::vector<int>, std::vector>);
static_assert(meta::is_instance_of<meta::List<>, meta::List>);
static_assert(!meta::is_instance_of<int, std::vector>);
static_assert(!meta::is_instance_of<std::string, std::vector>);

constexpr int digits(bool back) {
  int number = 0;
  const auto append = [&](auto i) { number = number * 10 + static_cast<int>(decltype(i)::value) + 1; };
  if (back) meta::unroll_back<4>(append);
  else meta::unroll<4>(append);
  return number;
}
static_assert(digits(false) == 1234);
static_assert(digits(true) == 4321);

TEST_CASE("unroll calls for every number below N, in order, and not at all for none") {
  std::string order;
  meta::unroll<3>([&](auto i) { order += std::to_string(i.value); });
  meta::unroll_back<3>([&](auto i) { order += std::to_string(i.value); });
  meta::unroll<0>([&](auto) { order += "never"; });
  CHECK(order == "012210");
}

namespace {
template <class Sequence>
struct NumberedTypes;
template <std::size_t I>
struct Numbered {};
template <std::size_t... I>
struct NumberedTypes<std::index_sequence<I...>> {
  using last = meta::at<sizeof...(I) - 1, Numbered<I>...>;
};
}  // namespace
static_assert(std::is_same_v<NumberedTypes<std::make_index_sequence<300>>::last, Numbered<299>>);  // no recursion, no depth limit

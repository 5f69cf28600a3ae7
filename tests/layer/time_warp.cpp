// SPDX-License-Identifier: Apache-2.0
#include "reference.hpp"

using namespace tutti;
using namespace tutti::testing;

TEST_CASE("TimeWarp has the gradient that finite differences see") {
  check_layer<TimeWarp, steps(9, 2)>();
  check_layer<TimeWarp, steps(1, 3)>();
  check_layer<TimeWarp, steps(6, 1)>({.strength = 2, .knots = 100});
}

TEST_CASE("TimeWarp changes sequences in training alone, by numbers of their own, however a batch is cut") {
  using In = Known<steps(9, 2)>;
  Bench<TimeWarp, In> bench(TimeWarp{}, In{}, 8);
  bench.value();
  CHECK(bench.y != bench.x);
  const auto y = bench.y;
  auto part = bench.pass(true);
  part.first_row = 5;
  Buffer<double> last(3 * 18);
  bench.node.forward(bench.input().slice(5, 3), Rows<double>(last.data(), 3, 18), part);
  CHECK(std::equal(last.begin(), last.end(), y.begin() + 5 * 18));
  bench.node.forward(bench.input(), bench.output(), bench.pass(false));
  CHECK(bench.y == bench.x);
  bench.random = Random(99);
  bench.value();
  CHECK(bench.y != y);
}

TEST_CASE("a warped ramp grows, between the same ends, and differently for each row") {
  using In = Known<steps(33, 1)>;
  Bench<TimeWarp, In> bench({.strength = 0.5f}, In{}, 50);
  for (std::size_t i = 0; i < bench.x.size(); ++i) bench.x[i] = static_cast<double>(i % 33);
  bench.value();
  double moved = 0;
  for (std::size_t r = 0; r < 50; ++r) {
    const double* const y = bench.y.data() + r * 33;
    CHECK(y[0] == 0);
    CHECK(y[32] == doctest::Approx(32));
    for (int t = 0; t < 32; ++t) CHECK(y[t] < y[t + 1]);
    moved += std::abs(y[16] - 16) / 50;
  }
  CHECK(moved > 1);
  CHECK(moved < 8);
}

TEST_CASE("TimeWarp is for sequences") {
  static_assert(!trace<TimeWarp>(shape(12)).fits);
  static_assert(!trace<TimeWarp>(shape(1, 3, 4)).fits);
  static_assert(trace<TimeWarp>(steps(Dynamic, 3)).out == steps(Dynamic, 3));
}

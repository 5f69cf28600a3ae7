// SPDX-License-Identifier: Apache-2.0
#include "reference.hpp"

using namespace tutti;
using namespace tutti::testing;

namespace {
/// Every channel is 0 or twice what it was; how many are 0 of how many.
template <Shape S>
std::pair<int, int> dropped() {
  using In = Known<S>;
  Bench<SpatialDropout, In> bench(SpatialDropout{}, In{}, 40);
  bench.value();
  const kernel::ChannelLayout l = channels_of(S);
  int zeros = 0, all = 0;
  for (std::size_t r = 0; r < 40; ++r)
    for (std::ptrdiff_t c = 0; c < l.channels; ++c, ++all) {
      const auto at = [&](std::ptrdiff_t n, std::ptrdiff_t p) {
        return r * static_cast<std::size_t>(S.size()) + static_cast<std::size_t>(n * l.row_stride + c * l.plane + p);
      };
      const double factor = bench.y[at(0, 0)] / bench.x[at(0, 0)];
      const bool known = factor == 0 || factor == 2;
      CHECK(known);
      zeros += factor == 0;
      for (std::ptrdiff_t n = 0; n < l.rows; ++n)
        for (std::ptrdiff_t p = 0; p < l.plane; ++p) CHECK(bench.y[at(n, p)] == factor * bench.x[at(n, p)]);
    }
  return {zeros, all};
}
}  // namespace

TEST_CASE("SpatialDropout takes whole channels, half of them as it is told") {
  for (const auto& [zeros, all] : {dropped<shape(5, 2, 3)>(), dropped<steps(3, 5)>(), dropped<shape(5)>()}) {
    CHECK(zeros > all / 2 - 4 * 7);  // four standard deviations
    CHECK(zeros < all / 2 + 4 * 7);
  }
}

TEST_CASE("SpatialDropout does nothing in prediction, and has the gradient of its mask in training") {
  check_layer<SpatialDropout, shape(3, 2, 2)>({.rate = 0.3f});
  check_layer<SpatialDropout, steps(4, 3)>();
  using In = Known<shape(3, 2, 2)>;
  Bench<SpatialDropout, In> bench(SpatialDropout{}, In{}, 4);
  bench.node.forward(bench.input(), bench.output(), bench.pass(false));
  CHECK(bench.y == bench.x);
}

TEST_CASE("SpatialDropout does not depend on how a batch is cut") {
  using In = Known<shape(6, 2, 1)>;
  Bench<SpatialDropout, In> whole(SpatialDropout{}, In{}, 10);
  whole.value();
  auto part = whole.pass(true);
  part.first_row = 6;
  Buffer<double> y(4 * 12);
  whole.node.forward(whole.input().slice(6, 4), Rows<double>(y.data(), 4, 12), part);
  CHECK(std::equal(y.begin(), y.end(), whole.y.begin() + 6 * 12));
}

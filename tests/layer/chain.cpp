// SPDX-License-Identifier: Apache-2.0
#include "finite_differences.hpp"

#include <tutti/layer.hpp>

using namespace tutti;
using namespace tutti::testing;

TEST_CASE("in prediction a row has the same bits alone and among others") {
  using Net = Cascade<Conv<5, 3, 1, 1>, BatchNorm, ReLU, MaxPool<2>, Residual<Conv<5, 3, 1, 1>, ReLU>,
                      Fuse<Dense<9>, Cascade<Dense<4>, ReLU>>, Dropout, Sum<Dense<>, Dense<>>, ReLU>;
  using In = Known<shape(2, 8, 6)>;
  Bench<Net, In, float> bench(Net{}, In{}, 13);
  bench.node.forward(bench.input(), bench.output(), bench.pass(false));
  const auto all = bench.y;
  for (std::ptrdiff_t r = 0; r < 13; ++r) {
    std::vector<float> y(5);
    bench.node.forward(bench.input().slice(r, 1), Rows<float>(y.data(), 1, 5), bench.pass(false));
    CHECK(std::equal(y.begin(), y.end(), all.begin() + r * 5));
  }
}

TEST_CASE("a chain of a hundred layers") {
  using Ten = Cascade<Dense<4>, ReLU, Dense<5>, Square, Dense<4>, ReLU, Dense<4>, ReLU, Dense<4>, ReLU>;
  using In = Known<shape(4)>;
  const auto hundred = []<std::size_t... I>(std::index_sequence<I...>) {
    return Cascade<std::conditional_t<I % 2 == 0, Dense<4>, ReLU>...>{};
  }(std::make_index_sequence<100>{});
  Bench<std::remove_const_t<decltype(hundred)>, In> bench(hundred, In{}, 3);
  bench.differentiate();
  CHECK(bench.weights.size() == 50 * 20);
  CHECK(std::isfinite(bench.dx[0]));
  Bench<Ten, In> ten(Ten{}, In{}, 3);
  CHECK(gradient_error(ten) <= 1e-6);
}

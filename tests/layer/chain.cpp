// SPDX-License-Identifier: Apache-2.0
#include "finite_differences.hpp"

#include <tutti/layer.hpp>

#include <limits>
#include <type_traits>

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

namespace {

/// The largest difference between what a layer does for a BatchNorm and a ReLU behind it and what these do themselves;
/// a Dropout between them, which does nothing here, keeps them apart.
template <class In, class T, class L> double difference_of_fusing() {
  static_assert(NodeOf<L, In, T>::takes_epilogue && NodeOf<BatchNorm, In, T>::is_scale && NodeOf<ReLU, In, T>::is_relu);
  Bench<Cascade<L, BatchNorm, ReLU, L, BatchNorm, L, ReLU>, In, T> fused({}, In{}, 3);
  Bench<Cascade<L, Dropout, BatchNorm, Dropout, ReLU, L, Dropout, BatchNorm, L, Dropout, ReLU>, In, T> apart({}, In{}, 3);
  REQUIRE(fused.weights.size() == apart.weights.size());
  REQUIRE(fused.buffers.size() == apart.buffers.size());
  Random r(5);
  for (T& b : fused.buffers) b = static_cast<T>(0.5 + r.uniform());      // means and variances
  std::copy(fused.buffers.begin(), fused.buffers.end(), apart.buffers.begin());
  std::copy(fused.weights.begin(), fused.weights.end(), apart.weights.begin());
  fused.node.forward(fused.input(), fused.output(), fused.pass(false));
  apart.node.forward(apart.input(), apart.output(), apart.pass(false));
  double worst = 0, largest = 0;
  for (std::size_t i = 0; i < fused.y.size(); ++i) {
    worst = std::max(worst, std::abs(static_cast<double>(fused.y[i] - apart.y[i])));
    largest = std::max(largest, std::abs(static_cast<double>(apart.y[i])));
  }
  REQUIRE(largest > 0.01);
  REQUIRE(std::count(apart.y.begin(), apart.y.end(), T(0)) > 0);
  return worst / largest;
}

}  // namespace

TEST_CASE_TEMPLATE("a convolution does in prediction what a BatchNorm and a ReLU behind it would do", T, float, double) {
  const double bar = 64 * static_cast<double>(std::numeric_limits<T>::epsilon());
  CHECK(difference_of_fusing<Known<shape(3, 9, 8)>, T, Conv<3, 3, 1, 1>>() <= bar);
  CHECK(difference_of_fusing<Known<shape(16, 9, 8)>, T, Conv<16, 3, 1, 1>>() <= bar);                  // by Winograd's tiles
  CHECK(difference_of_fusing<Known<shape(4, 40, 32)>, T, Conv<7, 3, 1, 1>>() <= bar);
  CHECK(difference_of_fusing<Known<shape(6, 9, 8)>, T, Conv<6, 1>>() <= bar);
  CHECK(difference_of_fusing<Known<shape(6, 9, 8)>, T, Conv<6, 1, 1, 0, 1, 3>>() <= bar);
  CHECK(difference_of_fusing<Known<shape(4, 9, 33)>, T, Conv<8, 3, 1, 1, 1, 4>>() <= bar);
  CHECK(difference_of_fusing<Known<shape(5, 9, 33)>, T, DepthwiseConv<3, 1, 1>>() <= bar);
  CHECK(difference_of_fusing<Known<shape(2, 17, 33)>, T, DepthwiseConv<3, 2, 1, 2>>() <= bar);
  CHECK(difference_of_fusing<Known<shape(5, 9, 8)>, T, DepthwiseConv<3, 1, 2, 1, 2>>() <= bar);
}

TEST_CASE_TEMPLATE("a convolution does in prediction what a MaxPool of 2 x 2 behind it would do, with the same bits", T, float, double) {
  const auto check = []<class Fused, class Apart, class In>(Fused, Apart, In) {
    static_assert(NodeOf<Conv<>, In, T>::takes_pool && NodeOf<MaxPool<2>, In, T>::halves && !NodeOf<MaxPool<3, 2>, In, T>::halves);
    Bench<Fused, In, T> fused({}, In{}, 5);
    Bench<Apart, In, T> apart({}, In{}, 5);
    REQUIRE(fused.weights.size() == apart.weights.size());
    std::copy(fused.weights.begin(), fused.weights.end(), apart.weights.begin());
    fused.node.forward(fused.input(), fused.output(), fused.pass(false));
    apart.node.forward(apart.input(), apart.output(), apart.pass(false));
    CHECK(fused.y == apart.y);
    CHECK(fused.node.scratch_size(1, 0, false) < apart.node.scratch_size(1, 0, false));
  };
  check(Cascade<Conv<20, 3, 1, 1>, ReLU, MaxPool<2>, Conv<32, 3, 1, 1>, BatchNorm, ReLU, MaxPool<2>, Dense<3>>{},
        Cascade<Conv<20, 3, 1, 1>, ReLU, Dropout, MaxPool<2>, Conv<32, 3, 1, 1>, BatchNorm, ReLU, Dropout, MaxPool<2>, Dense<3>>{},
        Known<shape(3, 45, 38)>{});
  check(Cascade<Conv<40, 1>, MaxPool<2>, Conv<6, 5, 1, 0, 1, 2>, BatchNorm, MaxPool<2>, GlobalAveragePool>{},
        Cascade<Conv<40, 1>, Dropout, MaxPool<2>, Conv<6, 5, 1, 0, 1, 2>, BatchNorm, Dropout, MaxPool<2>, GlobalAveragePool>{},
        Known<shape(4, 45, 38)>{});
}

namespace {

/// The largest difference, relative to the largest gradient, between a chain in which convolutions learn for the ReLU and the pool behind
/// them and the chain in which a LeakyReLU without slope, the same function, keeps them from it.
template <class T, class... L, class In> double difference_of_learning_pooled(In, std::ptrdiff_t cut) {
  const auto apart_of = []<class S>(S spec) {
    if constexpr (std::is_same_v<S, ReLU>) return LeakyReLU{.slope = 0};
    else return spec;
  };
  using Apart = Cascade<decltype(apart_of(L{}))...>;
  Bench<Cascade<L...>, In, T> fused({}, In{}, 5);
  Bench<Apart, In, T> apart(Apart{apart_of(L{})...}, In{}, 5);
  REQUIRE(fused.weights == apart.weights);
  CHECK(fused.node.saved_size() < apart.node.saved_size() / 2);
  CHECK(fused.node.scratch_size(5, 0, true) <= apart.node.scratch_size(5, 0, true));
  fused.cut = apart.cut = cut;
  fused.differentiate();
  apart.differentiate();
  CHECK(fused.y == apart.y);
  double worst = 0, largest = 0;
  const auto compare = [&](const auto& a, const auto& b, std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) {
      worst = std::max(worst, std::abs(static_cast<double>(a[i] - b[i])));
      largest = std::max(largest, std::abs(static_cast<double>(b[i])));
    }
  };
  compare(fused.dx, apart.dx, fused.dx.size());
  compare(fused.gradients, apart.gradients, fused.weights.size());
  return worst / largest;
}

}  // namespace

TEST_CASE_TEMPLATE("a convolution learns for a ReLU and a MaxPool of 2 x 2 behind it, and keeps a quarter", T, float, double) {
  const double bar = 64 * static_cast<double>(std::numeric_limits<T>::epsilon());
  using Three = Conv<20, 3, 1, 1>;
  CHECK(difference_of_learning_pooled<T, Three, ReLU, MaxPool<2>, Conv<32, 3, 1, 1>, ReLU, MaxPool<2>, Dense<3>>(
            Known<shape(3, 21, 38)>{}, 0) <= bar);
  CHECK(difference_of_learning_pooled<T, Conv<16, 3>, ReLU, MaxPool<2>, Conv<17, 3>, ReLU, MaxPool<2>>(
            Known<shape(19, 16, 16)>{}, 0) <= bar);
  CHECK(difference_of_learning_pooled<T, Conv<6, 1>, ReLU, MaxPool<2>, Conv<6, 5, 2, 2, 1, 2>, ReLU, MaxPool<2>>(
            Known<shape(4, 24, 38)>{}, 0) <= bar);
  CHECK(difference_of_learning_pooled<T, Three, ReLU, MaxPool<2>, Conv<16, 3, 1, 1>, ReLU, MaxPool<2>, Dense<4>, BatchNorm>(
            Known<shape(16, 12, 12)>{}, 2) <= bar);
}

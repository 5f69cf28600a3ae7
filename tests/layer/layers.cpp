// SPDX-License-Identifier: Apache-2.0
#include "finite_differences.hpp"

#include <tutti/layer.hpp>

using namespace tutti;
using namespace tutti::testing;

namespace {
struct Multiplied {  // one with a run-time field and an aggregate Bind{spec, in}
  float by = 2;
  static constexpr Shape infer(Shape in) { return in; }
  template <class In, class T>
  struct Bind {
    const Multiplied& spec;
    In in;
    View<T> a{};
    void parameters(auto& visit) { visit("a", a, {in.size()}, ones); }
    void forward(Rows<const T> x, Rows<T> y) const noexcept {
      for (std::ptrdiff_t r = 0; r < x.rows(); ++r)
        for (std::ptrdiff_t j = 0; j < x.width(); ++j) y(r, j) = T(spec.by) * a[j] * x(r, j);
    }
    void backward(Rows<const T> x, Rows<const T>, Rows<const T> dy, Rows<T> dx,
                  const Pass<T>& pass) const noexcept {
      const View<T> da = pass.gradients(a);
      for (std::ptrdiff_t r = 0; r < x.rows(); ++r)
        for (std::ptrdiff_t j = 0; j < x.width(); ++j) {
          da[j] += T(spec.by) * x(r, j) * dy(r, j);
          if (dx.data() != nullptr) dx(r, j) = T(spec.by) * a[j] * dy(r, j);
        }
    }
  };
};
}  // namespace

TEST_CASE("every layer has the gradient that finite differences see") {
  check_layer<Dense<7>, shape(6)>();
  check_layer<Dense<>, shape(2, 3, 4)>();
  check_layer<ReLU, shape(17)>();
  check_layer<Dropout, shape(9)>();
  check_layer<Dropout, shape(2, 3, 3)>(Dropout{.rate = 0.2f});
  check_layer<BatchNorm, shape(19)>();
  check_layer<BatchNorm, shape(18, 3, 2)>();
  check_layer<BatchNorm, with_time(shape(3, 5))>();
  check_layer<Square, shape(6)>();
  check_layer<Multiplied, shape(6)>(Multiplied{.by = 3});
}

TEST_CASE("layers give the same bits when extents are known at run time only") {
  check_open<Cascade<Conv<4, 3, 1, 1>, BatchNorm, ReLU, MaxPool<2>, Multiplied, Dense<6>, Dropout, Dense<>>,
             shape(2, 6, 6)>();
}

TEST_CASE("dropout does not depend on how a batch is cut") {
  using In = Known<shape(7)>;
  Bench<Dropout, In, float> whole(Dropout{}, In{}, 10);
  whole.differentiate();
  auto part = whole.pass(true);
  part.first_row = 6;
  std::vector<float> y(4 * 7);
  whole.node.forward(whole.input().slice(6, 4), Rows<float>(y.data(), 4, 7), part);
  CHECK(std::equal(y.begin(), y.end(), whole.y.begin() + 6 * 7));
  int zeros_seen = 0;
  for (const float v : whole.y) zeros_seen += v == 0;
  CHECK(zeros_seen > 15);
  CHECK(zeros_seen < 55);
}

TEST_CASE("batch norm takes the steps of sequences as rows of their features") {
  using Steps = Known<with_time(shape(3, 18))>;
  using Rows = Known<shape(18)>;
  Bench<BatchNorm, Steps> steps(BatchNorm{}, Steps{}, 4);
  Bench<BatchNorm, Rows> rows(BatchNorm{}, Rows{}, 12);
  rows.x = steps.x;
  rows.dy = steps.dy;
  std::copy(steps.weights.begin(), steps.weights.end(), rows.weights.begin());  // views look at them
  steps.differentiate();
  rows.differentiate();
  CHECK(steps.y == rows.y);
  CHECK(steps.dx == rows.dx);
  CHECK(steps.gradients == rows.gradients);
  CHECK(steps.buffers == rows.buffers);
}

TEST_CASE("batch norm keeps running statistics as PyTorch does") {
  using In = Known<shape(2)>;
  Bench<BatchNorm, In> bench(BatchNorm{}, In{}, 4);
  bench.x = {1, 10, 2, 20, 3, 30, 6, 60};
  bench.value();
  CHECK(bench.buffers[0] == doctest::Approx(0.1 * 3));             // mean 3, unbiased variance 14/3
  CHECK(bench.buffers[1] == doctest::Approx(0.1 * 30));
  CHECK(bench.buffers[2] == doctest::Approx(0.9 + 0.1 * 14 / 3));
  CHECK(bench.buffers[3] == doctest::Approx(0.9 + 0.1 * 1400 / 3));
  const double gamma = bench.weights[0], beta = bench.weights[2];
  CHECK(bench.y[0] == doctest::Approx((1 - 3.0) / std::sqrt(3.5 + 1e-5) * gamma + beta));
  bench.node.forward(bench.input(), bench.output(), bench.pass(false));
  CHECK(bench.y[0] ==
        doctest::Approx((1 - bench.buffers[0]) / std::sqrt(bench.buffers[2] + 1e-5) * gamma + beta));
}

// SPDX-License-Identifier: Apache-2.0
#include "finite_differences.hpp"

#include <tutti/layer.hpp>

using namespace tutti;
using namespace tutti::testing;

namespace {
struct Square {  // a layer of a user's: no parameters, no pass
  static constexpr Shape infer(Shape in) { return in; }
  template <class In, class T>
  struct Bind {
    void forward(Rows<const T> x, Rows<T> y) const noexcept {
      for (std::ptrdiff_t i = 0; i < x.size(); ++i) y[i] = x[i] * x[i];
    }
    void backward(Rows<const T> x, Rows<const T>, Rows<const T> dy, Rows<T> dx) const noexcept {
      for (std::ptrdiff_t i = 0; i < x.size(); ++i) dx[i] = 2 * x[i] * dy[i];
    }
  };
};
struct Scaled {  // one with a run-time field and an aggregate Bind{spec, in}
  float by = 2;
  static constexpr Shape infer(Shape in) { return in; }
  template <class In, class T>
  struct Bind {
    const Scaled& spec;
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

/// Static and run-time extents: right gradients, and the same bits from both.
template <class L, Shape S>
void check_layer(const L& layer = {}, std::ptrdiff_t rows = 5) {
  INFO(type_name<L>());
  Bench<L, Known<S>> fixed(layer, Known<S>{}, rows);
  CHECK(gradient_error(fixed) <= 1e-6);
  auto in = unknown<S>();
  Bench<L, decltype(in)> open(layer, in, rows);
  fixed.differentiate();
  open.differentiate();
  CHECK(open.node.out().shape() == fixed.node.out().shape());
  CHECK(open.y == fixed.y);
  CHECK(open.dx == fixed.dx);
  CHECK(open.gradients == fixed.gradients);
  const auto gradients = fixed.gradients;
  fixed.differentiate(false);  // the first layer of a net: nobody wants dx
  CHECK(fixed.gradients == gradients);
  CHECK(std::all_of(fixed.dx.begin(), fixed.dx.end(), [](double d) { return d == 9; }));
}
}  // namespace

TEST_CASE("every layer has the gradient that finite differences see") {
  check_layer<Dense<7>, shape(6)>();
  check_layer<Dense<>, shape(2, 3, 4)>();
  check_layer<Conv<3, 3>, shape(2, 6, 5)>();
  check_layer<Conv<4, 3, 2, 1>, shape(3, 7, 6)>();
  check_layer<Conv<2, 1>, shape(3, 4, 4)>();
  check_layer<ReLU, shape(17)>();
  check_layer<MaxPool<2>, shape(2, 5, 6)>();
  check_layer<MaxPool<3, 2>, shape(2, 7, 7)>();
  check_layer<Dropout, shape(9)>();
  check_layer<Dropout, shape(2, 3, 3)>(Dropout{.rate = 0.2f});
  check_layer<BatchNorm, shape(19)>();
  check_layer<BatchNorm, shape(18, 3, 2)>();
  check_layer<Square, shape(6)>();
  check_layer<Scaled, shape(6)>(Scaled{.by = 3});
}

TEST_CASE("every form of layers has the gradient that finite differences see") {
  check_layer<Cascade<Dense<6>, Square, Dense<4>>, shape(5)>();
  check_layer<Cascade<Conv<4, 3>, ReLU, MaxPool<2>, Dense<6>, Dropout, Dense<>>, shape(2, 8, 8)>();
  check_layer<Cascade<Conv<4, 3>, BatchNorm, ReLU, MaxPool<2>, Dense<6>, BatchNorm, Dense<>>,
              shape(2, 8, 8)>();
  check_layer<Fuse<Dense<3>, Cascade<Dense<4>, Square>, Scaled>, shape(5)>();
  check_layer<Fuse<Conv<2, 3, 1, 1>, Cascade<Conv<3, 1>, BatchNorm>>, shape(2, 4, 4)>();
  check_layer<Sum<Dense<3>, Cascade<Dense<4>, Square, Dense<3>>>, shape(5)>();
  check_layer<Sum<Weights<2>, Dense<3>, Dense<3>>, shape(5)>(Sum{Weights{2, -0.5f}, Dense<3>{}, Dense<3>{}});
  check_layer<Residual<Dense<5>, Square, Dense<5>>, shape(5)>();
  check_layer<Residual<Dense<4>, ReLU, Dense<7>>, shape(5)>();
  check_layer<Residual<Conv<2, 3, 1, 1>, ReLU>, shape(2, 4, 4)>();
  check_layer<Residual<Conv<3, 3, 1, 1>, BatchNorm>, shape(2, 4, 4)>();
  check_layer<Residual<Conv<3, 3, 2, 1>, ReLU, Conv<4, 3, 1, 1>>, shape(2, 7, 8)>();
  check_layer<Residual<Conv<3, 3>, Dense<4>>, shape(2, 5, 5)>();
}

TEST_CASE("five nested forms are a layer") {
  check_layer<Cascade<Fuse<Residual<Sum<Cascade<Dense<4>, Square>, Dense<4>>, Dense<6>>, Dense<3>>, Dense<>>,
              shape(5)>();
  check_layer<Cascade<Cascade<Cascade<Cascade<Cascade<Dense<4>>>>>, Square>, shape(5)>();
}

TEST_CASE("where rows are coupled, the other layers run in chunks and give the same") {
  using Net = Cascade<Fuse<Conv<3, 3, 1, 1>, Cascade<Conv<2, 1>, BatchNorm, ReLU>>,
                      Residual<Conv<4, 3, 2, 1>, BatchNorm, ReLU>,
                      Sum<Cascade<Dense<6>, Dropout>, Cascade<Dense<6>, BatchNorm>>, Dense<>>;
  using In = Known<shape(2, 6, 6)>;
  Bench<Net, In> whole(Net{}, In{}, 11), cut(Net{}, In{}, 11);
  cut.cut = 4;
  CHECK(gradient_error(cut) <= 1e-6);
  whole.differentiate();
  cut.differentiate();
  CHECK(whole.y == cut.y);
  CHECK(whole.dx == cut.dx);
  for (std::size_t i = 0; i < whole.weights.size(); ++i)  // added in another order
    CHECK(whole.gradients[i] == doctest::Approx(cut.gradients[i]).epsilon(1e-9));
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

// SPDX-License-Identifier: Apache-2.0
#include <tutti/core/file.hpp>
#include <tutti/model/network_fit.hpp>
#include <tutti/train/fit.hpp>

#include "../thrown_by.hpp"
#include "finite_differences.hpp"

using namespace tutti;
using namespace tutti::testing;

namespace {

using Unlike = Mixture<Cascade<Dense<6>, Tanh, Dense<3>>, Dense<4>, Cascade<Dense<5>, Tanh, Dense<4>>, Cascade<Dense<7>, Sigmoid, Dense<4>>>;

template <class G, class... E> Mixture<G, E...> with(MixtureOptions o, Mixture<G, E...> m) {
  m.options = o;
  return m;
}

/// One number in, one out: a line left of 0 and another right of it, with a jump; no line fits both.
Dataset<Row<1>, Real> bent(int rows, std::uint64_t seed) {
  Random random(seed);
  Buffer<float> x, y;
  for (int i = 0; i < rows; ++i) {
    x.push_back(4 * random.uniform() - 2);
    y.push_back(x.back() < 0 ? -3 - 2 * x.back() : 3 - x.back());
  }
  return Dataset<Row<1>, Real>(DenseStorage<float>(1, std::move(x)), std::move(y));
}
double rmse(const auto& model, const Dataset<Row<1>, Real>& data) {
  double sum = 0;
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) {
    const double e = static_cast<double>(model.predict(data.x(i)).value - data.y(i).value);
    sum += e * e / static_cast<double>(data.rows());
  }
  return std::sqrt(sum);
}

}  // namespace

TEST_CASE("a mixture has the gradient that finite differences see, whatever its experts are") {
  check_layer<Unlike, shape(5)>(with({.balance = 0}, Unlike{}));
  check_layer<Unlike, shape(5)>(with({.balance = 0, .top = 2}, Unlike{}));
  check_layer<Unlike, shape(5)>(with({.balance = 0, .top = 1}, Unlike{}));
  using Images = Mixture<Dense<2>, Conv<2, 3, 1, 1>, Cascade<Conv<2, 1>, BatchNorm>>;
  check_layer<Images, shape(2, 4, 4)>(with({.balance = 0}, Images{}));
  check_layer<Cascade<Dense<6>, Mixture<Dense<2>, Dense<4>, Residual<Dense<4>>>, Tanh>, shape(4)>(
      Cascade{Dense<6>{}, with({.balance = 0}, Mixture<Dense<2>, Dense<4>, Residual<Dense<4>>>{}), Tanh{}});
}

TEST_CASE("a mixture is what one computes by hand") {
  using Two = Mixture<Dense<2>, Dense<1>, Dense<1>>;
  using In = Known<shape(1)>;
  for (const int top : {0, 1}) {
    Bench<Two, In> bench(with({.top = top}, Two{}), In{}, 2);
    const double weights[] = {1, 0, 0, std::log(2.0), 3, 1, -1, 0}, x[] = {0, 2};   // z = (x, ln 2), f = 3 x + 1 and -x
    std::copy_n(weights, 8, bench.weights.begin());
    std::copy_n(x, 2, bench.x.begin());
    bench.node.forward(bench.input(), bench.output(), bench.pass(false));
    const double e = std::exp(2.0);
    CHECK(bench.y[0] == doctest::Approx(top == 0 ? 1.0 / 3 : 0.0));                           // 1/3 of 1, 2/3 of 0
    CHECK(bench.y[1] == doctest::Approx(top == 0 ? (e * 7 + 2 * -2) / (e + 2) : e * 7 / (e + 2)));
  }
}

TEST_CASE("the balance adds the gradient of n sum F P to that of the gate, and to nothing else") {
  using Three = Mixture<Dense<3>, Dense<2>, Dense<2>, Dense<2>>;
  using In = Known<shape(4)>;
  for (const int top : {0, 1, 2}) {
    Bench<Three, In> plain(with({.balance = 0, .top = top}, Three{}), In{}, 7), balanced(with({.balance = 0.5f, .top = top}, Three{}), In{}, 7);
    plain.differentiate();
    balanced.differentiate();
    const auto term = [&](bool shares_only, std::array<double, 3>& share) {   // 0.5 n sum F P, P by the present weights
      std::array<double, 3> p{};
      if (shares_only) share = {};
      for (std::ptrdiff_t r = 0; r < 7; ++r) {
        double z[3], sum = 0;
        for (std::size_t k = 0; k < 3; ++k) {
          z[k] = plain.weights[12 + k];
          for (std::size_t j = 0; j < 4; ++j) z[k] += plain.x[static_cast<std::size_t>(r) * 4 + j] * plain.weights[j * 3 + k];
          sum += std::exp(z[k]);
        }
        for (std::size_t k = 0; k < 3; ++k) {
          p[k] += std::exp(z[k]) / sum / 7;
          int above = 0;
          for (const double other : z) above += other > z[k];
          if (shares_only && above < std::max(1, top)) share[k] += 1.0 / (7 * std::max(1, top));
        }
      }
      return 0.5 * 3 * (share[0] * p[0] + share[1] * p[1] + share[2] * p[2]);
    };
    std::array<double, 3> share{};
    (void)term(true, share);
    CHECK(share[0] + share[1] + share[2] == doctest::Approx(1));
    for (std::size_t i = 0; i < plain.weights.size(); ++i) {
      const double kept = plain.weights[i];
      plain.weights[i] = kept + 1e-5;
      const double above = term(false, share);
      plain.weights[i] = kept - 1e-5;
      const double below = term(false, share);
      plain.weights[i] = kept;
      const double slope = i < 15 ? (above - below) / 2e-5 : 0;
      CHECK(balanced.gradients[i] - plain.gradients[i] == doctest::Approx(slope).epsilon(1e-5));
    }
    CHECK(balanced.y == plain.y);
  }
}

TEST_CASE("experts that are not heard are not computed, and rows do not depend on each other in prediction") {
  using In = Known<shape(5)>;
  Bench<Unlike, In> all(with({.top = 1}, Unlike{}), In{}, 6), one(with({.top = 1}, Unlike{}), In{}, 1);
  CHECK(one.weights == all.weights);
  all.node.forward(all.input(), all.output(), all.pass(false));
  for (std::size_t r = 0; r < 6; ++r) {
    std::copy_n(all.x.begin() + static_cast<std::ptrdiff_t>(5 * r), 5, one.x.begin());
    one.node.forward(one.input(), one.output(), one.pass(false));
    for (std::size_t j = 0; j < 4; ++j) CHECK(one.y[j] == all.y[4 * r + j]);
  }
}

TEST_CASE("the gradient is the same however the batch is cut, and for extents known at run time only") {
  using In = Known<shape(5)>;
  Bench<Unlike, In> whole(with({.balance = 0.3f, .top = 2}, Unlike{}), In{}, 11), cut(with({.balance = 0.3f, .top = 2}, Unlike{}), In{}, 11);
  cut.cut = 4;
  whole.differentiate();
  cut.differentiate();
  CHECK(whole.y == cut.y);
  for (std::size_t i = 0; i < whole.weights.size(); ++i) CHECK(cut.gradients[i] == doctest::Approx(whole.gradients[i]).epsilon(1e-9));
  check_open<Unlike, shape(5)>();
}

TEST_CASE("two lines and a gate learn what one line cannot, as a bare form where an estimator is due") {
  const auto train = bent(600, 1), test = bent(200, 2);
  using Net = Mixture<Dense<2>, Dense<>, Dense<>>;
  const NetworkOptions options{.epochs = 60, .batch = 32, .optimizer = AdamW{.learning_rate = 0.02f}};
  const auto mixture = fit(Network{Net{}, options}, train, {.seed = 2});
  const auto line = fit(Network{Dense<>{}, options}, train, {.seed = 2});
  CHECK(rmse(mixture, test) < 0.7 * rmse(line, test));
  CHECK(rmse(fit(Net{}, train, {.seed = 1}), test) < 10);
}

TEST_CASE("a mixture has the same bits on 1 and 7 threads and from a file, its options with it") {
  using Net = Mixture<Dense<3>, Cascade<Dense<4>, ReLU, Dense<>>, Dense<>, Cascade<Dense<3>, Dropout, Dense<>>>;
  const auto data = bent(100, 3);
  const auto spec = Network{with({.balance = 0.1f, .top = 2}, Net{}), {.epochs = 3}};
  const auto one = fit(spec, data, {.threads = 1}), seven = fit(spec, data, {.threads = 7});
  CHECK(to_bytes(one) == to_bytes(seven));
  const auto again = from_bytes<std::remove_const_t<decltype(one)>>(to_bytes(one));
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) CHECK(again.predict(data.x(i)).value == one.predict(data.x(i)).value);
  const auto other = fit(Network{with({.balance = 0.1f, .top = 1}, Net{}), {.epochs = 3}}, data);
  CHECK(to_bytes(other) != to_bytes(one));
}

TEST_CASE("a mixture is named as it was written, and refuses what does not fit") {
  CHECK(type_name<Mixture<Dense<2>, Dense<3>, Dense<3>>>() == "Mixture<Dense<2>, Dense<3>, Dense<3>>");
  static_assert(std::is_same_v<decltype(Mixture{{.top = 1}, Dense<2>{}, Dense<3>{}, Dense<3>{}}), Mixture<Dense<2>, Dense<3>, Dense<3>>>);
  static_assert(trace<Mixture<Dense<2>, Dense<3>, Dense<3>>>(shape(5)).out == shape(3));
  using OfGate = Mixture<Dense<4>, Dense<3>, Dense<3>>;
  using OfExpert = Mixture<Dense<2>, Dense<3>, Dense<4>>;
  static_assert(!trace<OfGate>(shape(5)).fits && !trace<OfExpert>(shape(5)).fits);
  static_assert(std::is_same_v<decltype(LayerBehaviour<OfGate>::diagnose<0, Known<shape(5)>>())::type,
                               error::Mismatch<error::Inside<0, error::Layer<0, Dense<4>>>, error::Makes<4>, error::Outputs<2>>>);
  static_assert(std::is_same_v<decltype(LayerBehaviour<OfExpert>::diagnose<0, Known<shape(5)>>())::type,
                               error::Mismatch<error::Inside<0, error::Layer<2, Dense<4>>>, error::Makes<4>, error::the_same_shape_as<3>>>);
  CHECK(thrown_by<ShapeError>([] { LayerBehaviour<OfGate>::explain(shape(5), 1); }) ==
        "layer 1 (Mixture<Dense<4>, Dense<3>, Dense<3>>): the gate gives (4); needs 2 numbers, one for each expert");
  using Good = Mixture<Dense<2>, Dense<>, Dense<>>;
  CHECK(thrown_by<Error>([] { fit(Network{with({.top = 3}, Good{})}, bent(5, 1)); }).ends_with("Mixture: expected a top from 0 to 2, got 3"));
}

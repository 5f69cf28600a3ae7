// SPDX-License-Identifier: Apache-2.0
#include <tutti/combine.hpp>
#include <tutti/core/archive.hpp>
#include <tutti/data/make.hpp>
#include <tutti/layer.hpp>
#include <tutti/measure.hpp>
#include <tutti/model.hpp>
#include <tutti/tune.hpp>

#include <doctest/doctest.h>
#include <measure/judging.hpp>

#include <sstream>

using namespace tutti;

namespace {

using X = Row<2>;
using Y = Flags<3>;
static_assert(Target<Y> && Target<Flags<Dynamic>> && is_flags<Y> && !is_flags<Real> && !is_flags<Label<2>>);

/// Flags right of 0, above 0, and both: they do not exclude each other.
template <class Target = Y>
Dataset<X, Target> quadrants(int n) {
  Random random(6);
  std::vector<float> x;
  std::vector<std::uint8_t> y;
  for (int i = 0; i < n; ++i) {
    const float a = static_cast<float>(random.normal()), b = static_cast<float>(random.normal());
    x.insert(x.end(), {a, b});
    y.insert(y.end(), {a > 0, b > 0, a > 0 && b > 0});
  }
  return {std::make_shared<const X::Storage>(2, std::span<const float>(x)), y, {}, Schema{}, 3};
}
const Network net{Cascade<Dense<16>, ReLU, Dense<>>{}, {.epochs = 40}};

}  // namespace

TEST_CASE("flags are read, decided, written and printed") {
  const float p[] = {0.2f, 0.5f, 0.51f};
  const Y f = Y::decide(p, nullptr);
  CHECK((!f[0] && !f[1] && f[2]));
  float row[3];
  f.write(row);
  CHECK((row[0] == 0 && row[1] == 0 && row[2] == 1));
  std::ostringstream out;
  out << f << ' ' << Flags<Dynamic>::decide(p, nullptr);
  CHECK(out.str() == "001 001");
  CHECK(f == Y::decide(row, nullptr));

  const auto data = dataset<X, Y>(std::vector<float>{1, 2, 3, 4}, std::vector<std::uint8_t>{1, 0, 1, 0, 0, 1});
  CHECK(data.rows() == 2);
  CHECK(data.outputs() == 3);
  CHECK(data.target(1)[2] == 1);
  CHECK(message_of<DataError>([] {
          dataset<X, Y>(std::vector<float>{1, 2, 3, 4}, std::vector<std::uint8_t>{1, 0, 1, 0, 2, 1});
        }) == "row 1: expected flags of 0 or 1, got 2");
}

TEST_CASE("a net learns flags by binary cross-entropy and answers with one probability for each") {
  const auto data = quadrants(300);
  const auto model = fit(net, data.first(200));
  const auto p = model.probabilities(data.x(250));
  static_assert(p.size() == 3 && noexcept(model.predict(data.x(0))));
  const Y f = model.predict(data.x(250));
  for (std::ptrdiff_t k = 0; k < 3; ++k) CHECK(f[k] == (p[static_cast<std::size_t>(k)] > 0.5f));
  std::vector<RowIndex> unseen;
  for (RowIndex i = 200; i < 300; ++i) unseen.push_back(i);
  const auto result = evaluate(model, data.subset(unseen));
  CHECK(result.score("accuracy") >= 0.8);
  CHECK(result.score("log-loss") < 0.3);
  CHECK_THROWS_WITH_AS(evaluate(model, data, RMSE{}), "RMSE judges numbers, the targets are flags", DataError);
  CHECK_THROWS_WITH_AS(fit(Network{Dense<>{}, {.loss = MSE{}}}, data),
                       "Network: the loss MSE is for numbers, the targets are flags", FitError);
  CHECK(cross_validate(net, data, Folds{.k = 3}).score("accuracy") > 0.8);
}

TEST_CASE("a net of flags is saved and loaded, with any number of them") {
  const auto data = quadrants(100);
  const auto model = fit(net, data);
  Writer out;
  out("model", model.model());
  auto again = std::remove_cvref_t<decltype(model.model())>{};
  Reader in(out.bytes());
  in("model", again);
  float y[3];
  outputs_of_rows<X, Y>(again, data, 7, Rows<float>(y, 1, 3));
  CHECK(y[1] == model.probabilities(data.x(7))[1]);

  const auto open = quadrants<Flags<Dynamic>>(100);
  CHECK(fit(net, open).probabilities(open.x(7))[1] == y[1]);
}

TEST_CASE("nets of flags are averaged; what cannot learn flags is refused by name") {
  const auto data = quadrants(100);
  const auto model = fit(Average{net, Network{Dense<>{}}}, data);
  CHECK(model.probabilities(data.x(0))[0] >= 0);
  using error::Mismatch, error::GetsType, error::Member;
  using no_flags = error::labels_or_numbers_because_it_does_not_learn_flags;
  static_assert(std::is_same_v<DiagnosisOf<Forest, X, Y>, Mismatch<Forest, GetsType<Y>, no_flags>>);
  static_assert(std::is_same_v<DiagnosisOf<Ridge, X, Y>, Mismatch<Ridge, GetsType<Y>, no_flags>>);
  static_assert(std::is_same_v<DiagnosisOf<Vote<Dense<>, Dense<>>, X, Y>,
                               Mismatch<Vote<Dense<>, Dense<>>, GetsType<Y>, error::labels_to_vote_on>>);
  static_assert(std::is_same_v<DiagnosisOf<Average<Dense<>, Forest>, X, Y>,
                               Mismatch<Average<Dense<>, Forest>, Member<1, Forest>, no_flags>>);
  static_assert(!error::composition_fits<DiagnosisOf<Boost<Tree>, X, Y>>);
  static_assert(!error::composition_fits<DiagnosisOf<Bag<Tree>, X, Y>>);
  static_assert(!error::composition_fits<DiagnosisOf<Stack<Average<Dense<>, Dense<>>, Ridge>, X, Y>>);
  static_assert(!error::composition_fits<DiagnosisOf<Cascade<Standardize, Logistic>, X, Y>>);
  static_assert(error::composition_fits<DiagnosisOf<Cascade<Standardize, Dense<>>, X, Y>>);
}

TEST_CASE("accuracy of flags counts rows where all are right, log-loss is the mean over flags") {
  const float p[] = {0.9f, 0.2f, 0.6f, 0.6f}, y[] = {1, 0, 1, 0}, weight[] = {3, 1};
  const Judged j{{p, 2, 2}, {}, y, weight, 0, true};
  CHECK(Accuracy{}(j) == doctest::Approx(0.75));
  CHECK(LogLoss{}(j) == doctest::Approx(-(3 * std::log(0.9) + 3 * std::log(0.8) + std::log(0.6) + std::log(0.4)) / 8));
  CHECK(AnyMetric{}(j) == LogLoss{}(j));
}

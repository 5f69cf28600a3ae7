// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <tutti/combine/committee_fit.hpp>
#include <tutti/combine/vote.hpp>

#include "combine/learners.hpp"

using namespace tutti;
using namespace learners;

namespace {

const Dataset<Row<2>, Label<3>>& data() {
  static const auto d = blobs<2, 3>(30, 1);
  return d;
}
template <class Spec>
std::vector<float> shares(const Spec& spec) {
  const auto model = fit(spec, data());
  const auto p = model.probabilities(data().x(0));
  return {p.begin(), p.end()};
}

}  // namespace

TEST_CASE("a vote of one member is that member") {
  const auto alone = fit(Nearest{}, data());
  const auto voted = fit(Vote{Nearest{}}, data());
  const auto nested = fit(Vote{Vote{Nearest{}}}, data());
  const auto others = blobs<2, 3>(60, 9);
  CHECK(all_outputs(voted, others) == all_outputs(alone, others));
  CHECK(all_outputs(nested, others) == all_outputs(alone, others));
}

TEST_CASE("the majority wins and outputs are the shares of the vote") {
  const auto p = shares(Vote{Says{2}, Says{1}, Says{2}, Says{0}});
  CHECK(p == std::vector<float>{0.25f, 0.25f, 0.5f});
  CHECK(fit(Vote{Says{2}, Says{1}, Says{2}}, data()).predict(data().x(0)).index() == 2);
}

TEST_CASE("ties go to the lowest label, whoever says it first") {
  const auto winner = [](auto spec) { return fit(spec, data()).predict(data().x(0)).index(); };
  CHECK(winner(Vote{Says{2}, Says{1}}) == 1);
  CHECK(winner(Vote{Says{1}, Says{2}}) == 1);
  CHECK(winner(Vote{Says{2}, Says{0}, Says{1}}) == 0);
  CHECK(winner(Vote{Shows{{0.4f, 0.4f, 0.2f}}}) == 0);  // a member's own tie as well
}

TEST_CASE("a member counts once, however sure it is") {
  const auto p = shares(Vote{Shows{{0.34f, 0.33f, 0.33f}}, Shows{{0, 1, 0}}, Shows{{0.4f, 0.3f, 0.3f}}});
  CHECK(p[0] == doctest::Approx(2.0 / 3));
  CHECK(p[1] == doctest::Approx(1.0 / 3));
}

TEST_CASE("weights count as given, whatever their sum") {
  const auto p = shares(Vote{Weights{1, 2, 5}, Says{0}, Says{0}, Says{1}});
  CHECK(p[0] == doctest::Approx(3.0 / 8));
  CHECK(p[1] == doctest::Approx(5.0 / 8));
  CHECK(shares(Vote{Weights{0, 3}, Says{0}, Says{1}}) == std::vector<float>{0, 1, 0});
}

TEST_CASE("weights that tie in whole numbers tie after scaling") {
  const auto model = fit(Vote{Weights{1, 1, 2, 3}, Says{2}, Says{2}, Says{2}, Says{1}}, data());
  using Model = std::decay_t<decltype(model.model())>;
  for (int a = 1; a <= 12; ++a)
    for (int b = 1; b <= 12; ++b)
      for (int c = 1; c <= 12; ++c) {
        Model m = model.model();
        const Weights<4> w(a, b, c, a + b + c);
        m.weights = detail::checked_weights(w, Context{});
        const auto p = all_outputs(m, data().first(1));
        CAPTURE(a);
        CAPTURE(b);
        CAPTURE(c);
        REQUIRE(Label<3>::decide(p, nullptr).index() == 1);
      }
}

TEST_CASE("weights that mean nothing are refused") {
  const auto message = [](auto spec) { return thrown_by<FitError>([&] { fit(spec, data()); }); };
  CHECK(message(Vote{Weights{1, -1}, Says{0}, Says{1}}) == "Vote: expected weights that are finite and not negative, got -1");
  CHECK(message(Vote{Weights{0, 0}, Says{0}, Says{1}}) == "Vote: expected weights with a sum above 0, got 0");
  CHECK(message(Vote{Weights{1, std::numeric_limits<float>::infinity()}, Says{0}, Says{1}}).starts_with("Vote: expected weights that are finite"));
  CHECK(message(Vote{Weights{1, std::numeric_limits<float>::quiet_NaN()}, Says{0}, Says{1}}).starts_with("Vote: expected weights that are finite"));
}

TEST_CASE("out-of-fold votes are the votes of out-of-fold members") {
  const FitOptions options{.folds = {.k = 3}};
  const auto whole = out_of_fold(Vote{Nearest{}, Says{1}, Nearest{}}, data(), options);
  const auto member = out_of_fold(Nearest{}, data(), options);
  for (std::ptrdiff_t i = 0; i < data().rows(); ++i)
    for (int k = 0; k < 3; ++k) CHECK(whole.values()(i, k) == doctest::Approx((2 * member.values()(i, k) + (k == 1 ? 1 : 0)) / 3));
}

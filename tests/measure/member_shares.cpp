// SPDX-License-Identifier: Apache-2.0
#include <tutti/measure/evaluate.hpp>

#include "combine/learners.hpp"

#include <tutti/combine/committee_fit.hpp>
#include <tutti/combine/dynamic_selection_fit.hpp>
#include <tutti/combine/greedy_fit.hpp>
#include <tutti/combine/hedge_fit.hpp>
#include <tutti/combine/select_fit.hpp>
#include <tutti/combine/stack_fit.hpp>

#include <doctest/doctest.h>

using namespace tutti;
using namespace learners;

namespace {

std::vector<double> shares(const Evaluation& e, int depth = 1) {
  std::vector<double> all;
  for (const EvaluationLine& l : e.lines)
    if (l.depth == depth) all.push_back(l.share);
  return all;
}
/// Two parts of a line, x < 0 and x > 0, of classes 0 and 1.
Dataset<Row<1>, Label<2>> halves(int below, int above) {
  std::vector<float> x;
  std::vector<std::int32_t> y;
  for (int i = 0; i < below + above; ++i) {
    x.push_back(i < below ? -1.0f - static_cast<float>(i) : 1.0f + static_cast<float>(i));
    y.push_back(i < below ? 0 : 1);
  }
  return table<Row<1>, Label<2>>(1, x, y);
}

}  // namespace

TEST_CASE("members of a committee have their weights as shares, those of a selection that were chosen theirs") {
  const auto data = halves(10, 10);
  CHECK(shares(evaluate(fit(Vote{Weights{1, 3}, Says{0}, Nearest{}}, data), data)) == std::vector<double>{0.25, 0.75});
  CHECK(shares(evaluate(fit(Average{Nearest{}, Nearest{}}, data), data)) == std::vector<double>{0.5, 0.5});
  CHECK(shares(evaluate(fit(Hedge{Says{0}, Nearest{}}, data), data)) == std::vector<double>{0.5, 0.5});
  const auto chosen = evaluate(fit(Greedy{Says{0}, Nearest{}, Says{1}}, data), data);
  REQUIRE(chosen.lines.size() == 2);  // the others are not there
  CHECK(chosen.lines[1].name == "Nearest");
  CHECK(chosen.lines[1].share == 1);
  CHECK(std::isnan(chosen.lines[0].share));
}

TEST_CASE("members behind a gate have the share of these rows that it gives them, rows by their weight") {
  const auto spec = Select{Gate{Nearest{}, {.guard = false}}, Says{0}, Says{1}};
  const auto model = fit(spec, halves(20, 20));
  CHECK(shares(evaluate(model, halves(30, 10))) == std::vector<double>{0.75, 0.25});
  Buffer<float> weight(40, 1.0f);
  for (std::size_t i = 30; i < 40; ++i) weight[i] = 7;
  CHECK(shares(evaluate(model, halves(30, 10).with_weights(weight))) == std::vector<double>{0.3, 0.7});
  const auto guarded = fit(Select{Gate{Nearest{}}, Nearest{}, Says{1}}, halves(20, 20));
  REQUIRE(!guarded.model().report().gated);
  CHECK(shares(evaluate(guarded, halves(30, 10))) == std::vector<double>{1, 0});
}

TEST_CASE("a gate that listens to all members has shares too, over more rows than a block") {
  const auto model = fit(Select{KnoraE{.k = 3, .guard = false}, Says{0}, Says{1}}, halves(20, 20));
  CHECK(shares(evaluate(model, halves(300, 100))) == std::vector<double>{0.75, 0.25});
}

TEST_CASE("shares print in a column of their own, deeper ones as well, and not at all where nobody is weighed") {
  const auto data = halves(10, 10);
  const auto e = evaluate(fit(Vote{Weights{1, 3}, Says{0}, Average{Weights{1, 4}, Says{0}, Nearest{}}}, data), data);
  CHECK(shares(e, 2) == std::vector<double>{0.2, 0.8});
  const std::string text = to_string(e);
  CHECK(text.substr(0, text.find('\n')).ends_with("µs/row     share"));
  CHECK(text.find("     0.750\n") != text.npos);
  CHECK(text.ends_with("     0.800"));
  CHECK(to_string(evaluate(fit(Nearest{}, data), data)).find("share") == text.npos);
}

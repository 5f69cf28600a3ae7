// SPDX-License-Identifier: Apache-2.0
#include <tutti/combine.hpp>
#include <tutti/measure/evaluate.hpp>
#include <tutti/train/fit.hpp>

#include <doctest/doctest.h>
#include <measure/sign.hpp>

#include <sstream>

using namespace tutti;

TEST_CASE("evaluation lists the whole first, then each member one deeper, with its own scores") {
  const auto e = evaluate(fit(Vote{Weights{1, 3}, Sign{0}, Average{Sign{1}, Sign{1}}}, four_rows()), four_rows());
  REQUIRE(e.lines.size() == 5);
  CHECK(e.lines[0].name.starts_with("Vote<"));
  CHECK(e.lines[1].name == "Sign");
  CHECK(e.lines[2].name == "Average<Sign, Sign>");
  CHECK(e.lines[3].depth == 2);
  CHECK(e.score("accuracy") == doctest::Approx(1));
  CHECK(e.score("accuracy", 1) == doctest::Approx(0.75));
  CHECK(e.score("accuracy", 2) == doctest::Approx(1));
  for (const auto& line : e.lines) CHECK(line.microseconds_per_row >= 0);
}

TEST_CASE("a committee that a stack holds is listed with its members, unless it is the fold models that were kept") {
  const auto spec = Stack{Average{Average{Sign{0}, Sign{1}}, Sign{1}}, Sign{0}};
  const auto e = evaluate(fit(spec, four_rows(), {.folds = {.k = 2}}), four_rows());
  REQUIRE(e.lines.size() == 5);
  CHECK(e.lines[1].name == "Average<Sign, Sign>");
  CHECK(e.lines[2].depth == 2);
  CHECK(e.lines[4].depth == 1);
  CHECK(evaluate(fit(spec, four_rows(), {.folds = {.k = 2}, .keep_folds = true}), four_rows()).lines.size() == 3);
}

TEST_CASE("evaluation honours weights and asked metrics") {
  const auto model = fit(Frozen{fit(Sign{0}, four_rows())}, four_rows());
  const auto e     = evaluate(model, four_rows({.weight = {1, 1, 1, 5}}), Accuracy{});
  REQUIRE(e.metrics.size() == 1);
  CHECK(e.score("accuracy") == doctest::Approx(3.0 / 8));
  CHECK_THROWS_WITH_AS(e.score("beauty"), "evaluation: no metric is called \"beauty\"", DataError);
}

TEST_CASE("the confusion matrix of the whole carries the class names") {
  const auto e = evaluate(fit(Sign{0}, four_rows()), four_rows());
  REQUIRE(e.confusion.has_value());
  CHECK((*e.confusion)(0, 1) == 1);
  CHECK((*e.confusion)(0, 0) == 1);
  CHECK(e.confusion->class_name(1) == "yes");
}

TEST_CASE("an evaluation prints one line for each model under the names of its metrics") {
  std::ostringstream out;
  out << evaluate(fit(Vote{Sign{0}, Sign{1}}, four_rows()), four_rows());
  const std::string text = out.str();
  CHECK(text.starts_with("4 rows"));
  CHECK(text.find("log-loss") != text.npos);
  CHECK(text.find("\n  Sign") != text.npos);
  CHECK(std::count(text.begin(), text.end(), '\n') == 3);
}

TEST_CASE("an evaluation that was asked for intervals has one behind each score of each model") {
  const auto model = fit(Vote{Weights{1, 3}, Sign{0}, Sign{1}}, four_rows());
  const auto plain = evaluate(model, four_rows(), Accuracy{}, LogLoss{});
  const auto e = evaluate(model, four_rows(), {.intervals = 0.9, .resamples = 200, .seed = 3}, Accuracy{}, LogLoss{});
  REQUIRE(e.lines.size() == 3);
  for (std::size_t l = 0; l < 3; ++l) {
    REQUIRE(e.lines[l].intervals.size() == 2);
    CHECK(e.lines[l].scores == plain.lines[l].scores);
    CHECK(plain.lines[l].intervals.empty());
    for (std::size_t m = 0; m < 2; ++m) {
      const BootstrapInterval& i = e.lines[l].intervals[m];
      CHECK(i.score == e.lines[l].scores[m]);
      CHECK(i.low <= i.score);
      CHECK(i.score <= i.high);
    }
  }
  const Sign member{0};
  const auto alone = bootstrap_interval(Accuracy{}, judge(fit(member, four_rows()), four_rows()),
                                        {.resamples = 200, .level = 0.9, .seed = 3});
  CHECK(e.lines[1].intervals[0].low == alone.low);
  CHECK(e.lines[1].intervals[0].high == alone.high);
  CHECK(alone.low < alone.high);

  const std::string text = to_string(e), line = text.substr(text.find("\n  Sign"));
  CHECK(line.find(" " + to_string(alone) + " ") != text.npos);
  CHECK(text.find("accuracy") + 8 == text.find("]", text.find("\n")) - text.find("\n"));  // the name stands over the cell
  CHECK(to_string(evaluate(model, four_rows(), EvaluateOptions{}, Accuracy{})).find('[') == text.npos);
  const auto by_default = evaluate(model, four_rows(), {.intervals = 0.9, .resamples = 10});
  CHECK(by_default.lines[0].intervals.size() == by_default.metrics.size());
  CHECK_THROWS_AS(evaluate(model, four_rows(), {.intervals = 1.5}), DataError);
  CHECK_THROWS_AS(evaluate(model, four_rows(), {.intervals = 0.9, .resamples = 1}), DataError);
  CHECK_THROWS_AS(evaluate(model, four_rows(), {.intervals = 0.9}, R2{}), DataError);
}

TEST_CASE("evaluation refuses no rows and data of another shape") {
  const auto model = fit(Sign{0}, four_rows());
  CHECK_THROWS_AS(evaluate(model, four_rows().first(0)), DataError);
  using Any        = Dataset<Row<Dynamic>, Label<Dynamic>>;
  const auto wide  = Any(DenseStorage<float>(3, Buffer<float>{1, 1, 1, 1, 1, 1}), {0, 1}, {}, Schema{{}, "y", {"a", "b"}});
  const auto slim  = Any(DenseStorage<float>(2, Buffer<float>{1, 1, 1, 1}), {0, 1}, {}, Schema{{}, "y", {"a", "b"}});
  const auto any   = fit(Sign{0}, slim);
  CHECK_THROWS_WITH_AS(evaluate(any, wide), "evaluate: expected rows of 2 numbers, got 3", ShapeError);
}

// SPDX-License-Identifier: Apache-2.0
// A table with categories and holes, from its file to a saved model: nothing is prepared by hand.
#include "../data/files.hpp"

#include <tutti/combine/cascade_fit.hpp>
#include <tutti/core/file.hpp>
#include <tutti/core/random.hpp>
#include <tutti/data/csv.hpp>
#include <tutti/measure/evaluate.hpp>
#include <tutti/model/impute_fit.hpp>
#include <tutti/model/logistic_fit.hpp>
#include <tutti/model/missing_indicators.hpp>
#include <tutti/model/one_hot_fit.hpp>
#include <tutti/model/standardize_fit.hpp>

#include <doctest/doctest.h>

using namespace tutti;

namespace {

using Person = Row<Dynamic>;
const CsvOptions people{.target = "late", .categorical = {"sex", "town"}};

/// Who is late depends on town and age; a tenth of the cells are empty.
std::string csv(std::uint64_t seed, int rows) {
  Random random(seed);
  std::string text = "age,sex,town,late\n";
  const char* const towns[] = {"Aix", "Bonn", "Cork"};
  for (int i = 0; i < rows; ++i) {
    const int age = 20 + static_cast<int>(random.below(50)), town = static_cast<int>(random.below(3));
    const bool late =
        0.1f * static_cast<float>(age - 45) + 3 * static_cast<float>(town - 1) + random.uniform() > 0.5f;
    const auto cell = [&](const std::string& value) { return (random.below(10) == 0 ? "" : value) + ','; };
    text += cell(std::to_string(age)) + cell(random.below(2) == 0 ? "f" : "m") + cell(towns[town]) +
            (late ? "yes\n" : "no\n");
  }
  return text;
}

const auto chain = Cascade{Impute{}, OneHot{}, Standardize{}, Logistic{.lambda = 1e-3f}};

}  // namespace

TEST_CASE("a chain on a table with categories and holes fits, judges, saves and loads") {
  const TemporaryFile file(csv(1, 600)), later(csv(2, 300));
  const auto data = read_csv<Person, Label<2>>(file.path, people);
  const auto test = read_csv<Person, Label<2>>(later.path, data.schema());
  const auto model = fit(chain, data);
  const auto judged = evaluate(model, test);
  INFO(judged.lines[0].scores[0]);
  CHECK(judged.lines[0].scores[0] > 0.8);  // accuracy; 0.5 by guessing
  const auto again = from_bytes<std::remove_const_t<decltype(model)>>(to_bytes(model));
  for (std::ptrdiff_t i = 0; i < test.rows(); ++i)
    CHECK(model.probabilities(test.x(i)) == again.probabilities(test.x(i)));
}

TEST_CASE("categories are worth nothing as numbers: the chain is better for its OneHot") {
  const TemporaryFile file("town,late\nAix,yes\nBonn,no\nCork,yes\nAix,yes\nBonn,no\nCork,yes\n");
  const auto data = read_csv<Person, Label<2>>(file.path, {.target = "late", .categorical = {"town"}});
  const auto right = [&](const auto& model) {
    int n = 0;
    for (std::ptrdiff_t i = 0; i < data.rows(); ++i) n += model.predict(data.x(i)) == data.y(i);
    return n;
  };
  CHECK(right(fit(chain, data)) == 6);
  CHECK(right(fit(Cascade{Impute{}, Logistic{.lambda = 1e-3f}}, data)) < 6);
}

TEST_CASE("indicators, categories of their own and sharing compose") {
  const TemporaryFile file(csv(3, 400));
  const auto data = read_csv<Person, Label<2>>(file.path, people);
  const auto model =
      fit(Cascade{MissingIndicators{}, Impute{.numbers = Fill::median, .categories = Fill::constant},
                  OneHot{.drop = Drop::if_binary, .min_frequency = 0.05f}, Standardize{}, Logistic{}},
          data);
  CHECK(model.model().next.next.transform.width() ==
        1 + 3 + 4 + 3);  // age; f, m, missing; the towns, missing; indicators
}

TEST_CASE("1 and 7 threads fit the same chain") {
  const TemporaryFile file(csv(4, 3000));
  const auto data = read_csv<Person, Label<2>>(file.path, people);
  CHECK(to_bytes(fit(chain, data, {.threads = 1})) == to_bytes(fit(chain, data, {.threads = 7})));
}

TEST_CASE("a hole that nobody fills is refused with its place") {
  const TemporaryFile file("age,late\n20,yes\n,no\n");
  const auto data = read_csv<Person, Label<2>>(file.path, {.target = "late"});
  CHECK_THROWS_WITH_AS(
      fit(Cascade{Standardize{}, Logistic{}}, data),
      "Cascade[1]/Logistic: row 1, column \"age\" is nan, and this member takes finite values only",
      FitError);
}

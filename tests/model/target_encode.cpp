// SPDX-License-Identifier: Apache-2.0
#include "transform_data.hpp"

#include <tutti/combine/cascade_fit.hpp>
#include <tutti/core/file.hpp>
#include <tutti/model/ridge_fit.hpp>
#include <tutti/model/target_encode_fit.hpp>

using namespace transforms;

static_assert(Transform<TargetEncode>);

namespace {

const Buffer<int> two_columns{0, 1};
template <class Y = Real>
auto codes(std::vector<typename Y::Element> y, std::vector<float> weight = {}, int outputs = Y::outputs) {
  return dataset<Row<Dynamic>, Y>(2, reference::codes, std::move(y), std::move(weight), outputs);
}
auto numbers(std::vector<float> weight = {}) {
  return codes({std::begin(reference::encoded_number), std::end(reference::encoded_number)},
               std::move(weight));
}
/// All rows of training, and three with values that are not there.
std::vector<double> with_unseen(const TargetEncode::Model& model) {
  auto made = made_of(model, numbers());
  const auto rest = made_of(model, table(2, reference::unseen_codes));
  made.insert(made.end(), rest.begin(), rest.end());
  return made;
}
std::vector<std::int32_t> above_median() {
  std::vector<float> sorted(std::begin(reference::encoded_number), std::end(reference::encoded_number));
  std::sort(sorted.begin(), sorted.end());
  std::vector<std::int32_t> y;
  for (const float v : reference::encoded_number) y.push_back(v > 0.5f * (sorted[29] + sorted[30]));
  return y;
}

}  // namespace

TEST_CASE("target encoding has scikit-learn's formulas, for weights those of copies") {
  check_close(with_unseen(TargetEncode{.columns = two_columns}.fit(numbers(), Context{})),
              reference::target_auto);
  check_close(with_unseen(TargetEncode{.columns = two_columns, .smooth = 10}.fit(numbers(), Context{})),
              reference::target_10);
  check_close(with_unseen(TargetEncode{.columns = two_columns, .smooth = 0}.fit(numbers(), Context{})),
              reference::target_0);
  const std::vector<float> copies(std::begin(reference::code_copies), std::end(reference::code_copies));
  check_close(with_unseen(TargetEncode{.columns = two_columns}.fit(numbers(copies), Context{})),
              reference::target_auto_weighted);
}

TEST_CASE("two classes are encoded by the share of the second") {
  check_close(
      with_unseen(TargetEncode{.columns = two_columns}.fit(codes<Label<2>>(above_median()), Context{})),
      reference::target_class);
}

TEST_CASE("more classes have a column each, which add up to 1, and names") {
  std::vector<std::int32_t> y;
  for (std::size_t i = 0; i < 60; ++i) y.push_back(static_cast<std::int32_t>(i % 3));
  const auto data = codes<Label<3>>(y);
  const auto model = TargetEncode{.columns = {0}, .smooth = 2}.fit(data, Context{});
  CHECK(model.width() == 4);
  const auto made = made_of(model, data);
  for (std::size_t i = 0; i < made.size(); i += 4)
    CHECK(made[i] + made[i + 1] + made[i + 2] == doctest::Approx(1).epsilon(1e-12));
  const Buffer<Column> columns{{"town"}, {"sex"}};
  CHECK(model.columns(columns)[1].name == "town: 1");
  CHECK(model.columns(columns)[3].name == "sex");
  CHECK(TargetEncode{.columns = {0}}.fit(numbers(), Context{}).columns(columns)[0].name == "town");
}

TEST_CASE(
    "in a chain the rows of training are encoded by the other folds: changing a row's target does not change "
    "it") {
  const auto encoded = [](std::vector<float> y) {
    const auto data = codes(std::move(y));
    Buffer<float> rows;
    TargetEncode{.columns = two_columns}.fit_transform(data, Context(FitOptions{}, "root"), rows);
    return rows;
  };
  std::vector<float> y(std::begin(reference::encoded_number), std::end(reference::encoded_number));
  const auto before = encoded(y);
  y[7] += 1000;
  const auto after = encoded(y);
  CHECK(after[14] == before[14]);
  CHECK(after[15] == before[15]);
  int changed = 0;
  for (std::size_t i = 0; i < before.size(); ++i) changed += before[i] != after[i];
  CHECK(changed > 60);  // the rows of the other folds
}

TEST_CASE("each fold is encoded as if it were new to a model of the other rows") {
  const auto data = numbers();
  FitOptions options;
  for (int i = 0; i < 60; ++i) options.folds.assignment.push_back(i % 3);
  Buffer<float> rows;
  TargetEncode{.columns = two_columns}.fit_transform(data, Context(options, "root"), rows);
  Buffer<RowIndex> others;
  for (RowIndex i = 0; i < 60; ++i)
    if (i % 3 != 1) others.push_back(i);
  const auto made =
      made_of<float>(TargetEncode{.columns = two_columns}.fit(data.subset(others), Context{}), data);
  for (std::size_t i = 1; i < 60; i += 3)
    for (const std::size_t j : {2 * i, 2 * i + 1}) CHECK(rows[j] == doctest::Approx(made[j]).epsilon(1e-6));
}

TEST_CASE("rows that no fold holds out get the mean") {
  FitOptions options;
  for (int i = 0; i < 60; ++i) options.folds.assignment.push_back(i < 20 ? -1 : i % 2);
  Buffer<float> rows;
  const auto model =
      TargetEncode{.columns = two_columns}.fit_transform(numbers(), Context(options, "root"), rows);
  for (std::size_t i = 0; i < 40; ++i) CHECK(rows[i] == static_cast<float>(model.mean[0]));
}

TEST_CASE("a category for each row says nothing about the target: the chain does not believe it does") {
  std::vector<float> x(200), y = noise("targets", 200);
  for (std::size_t i = 0; i < 200; ++i) x[i] = static_cast<float>(i);
  const auto data = dataset<Row<1>, Real>(1, x, y);
  const auto model = fit(Cascade{TargetEncode{.columns = {0}, .smooth = 0}, Ridge{}}, data);
  double error = 0, variance = 0;
  for (std::size_t i = 0; i < 200; ++i) {
    const double e = static_cast<double>(model.predict(data.x(static_cast<std::ptrdiff_t>(i))).value - y[i]);
    error += e * e;
    variance += static_cast<double>(y[i] * y[i]);
  }
  CHECK(error > 0.5 * variance);  // encoded by its own target, it would be 0
}

TEST_CASE(
    "rows of one group are encoded by other groups only, and chains are cross-fitted by the same plan") {
  std::vector<float> x(120), y(120);
  Buffer<std::int64_t> group(120);
  for (std::size_t i = 0; i < 120; ++i) {
    group[i] = static_cast<std::int64_t>(i / 10);  // each group has a category and a target of its own
    x[i] = static_cast<float>(group[i]);
    y[i] = static_cast<float>(group[i] * 7 % 12);
  }
  auto storage = std::make_shared<const Row<1>::Storage>(1, Buffer<float>(x.begin(), x.end()));
  const Dataset<Row<1>, Real> data(storage, y, SideColumns{{}, group, {}, {}});
  Buffer<float> rows;
  const TargetEncode spec{.columns = {0}, .smooth = 0};
  spec.fit_transform(data, Context(FitOptions{}, "root"), rows);
  for (std::size_t i = 0; i < 120; ++i) CHECK(std::abs(rows[i] - y[i]) > 0.01f);  // the mean of other groups
  const auto p = out_of_fold(Cascade{spec, Ridge{}}, data);
  double error = 0, variance = 0;
  for (std::ptrdiff_t i = 0; i < 120; ++i) {
    const double e = static_cast<double>(p.values()(i, 0) - y[static_cast<std::size_t>(i)]),
                 d = static_cast<double>(y[static_cast<std::size_t>(i)]) - 5.5;
    error += e * e;
    variance += d * d;
  }
  CHECK(error > 0.8 * variance);
}

TEST_CASE("a target that is always the same encodes everything as itself") {
  for (const double v :
       made_of(TargetEncode{.columns = two_columns}.fit(codes(std::vector<float>(60, 2.5f)), Context{}),
               numbers()))
    CHECK(v == doctest::Approx(2.5).epsilon(1e-12));
}

TEST_CASE("TargetEncode says what it cannot be fitted to") {
  const auto refused = [&](const TargetEncode& spec) {
    return thrown_by<FitError>([&] { spec.fit(numbers(), Context{}); });
  };
  CHECK(refused({}) ==
        "TargetEncode: expected .columns, or data whose schema says which columns are categorical");
  CHECK(refused({.columns = {2}}) == "TargetEncode: expected columns below 2, got 2");
  CHECK(refused({.columns = {0}, .smooth = -2}) ==
        "TargetEncode: expected smooth of 0 or more, or automatic, got -2");
}

TEST_CASE(
    "a TargetEncode that was saved is the same, fits on any number of threads too; a damaged one is "
    "refused") {
  check_kept(TargetEncode{.columns = two_columns}, numbers());
  const auto chain = Cascade{TargetEncode{.columns = two_columns}, Ridge{}};
  CHECK(to_bytes(fit(chain, numbers(), {.threads = 1})) == to_bytes(fit(chain, numbers(), {.threads = 7})));
  auto model = TargetEncode{.columns = two_columns}.fit(numbers(), Context{});
  model.encodings.pop_back();
  CHECK_THROWS_WITH_AS(model.loaded(), "expected 7 encodings, got 6", FileError);
}

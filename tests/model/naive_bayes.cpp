// SPDX-License-Identifier: Apache-2.0
#include "../reference/members.hpp"
#include "../thrown_by.hpp"
#include "linear_data.hpp"

#include <tutti/core/archive.hpp>
#include <tutti/core/update.hpp>
#include <tutti/meta/type_name.hpp>
#include <tutti/model/naive_bayes_fit.hpp>

#include <doctest/doctest.h>

using namespace linear;
using likelihood::Bernoulli;
using likelihood::Categorical;
using likelihood::Complement;
using likelihood::Gaussian;
using likelihood::Multinomial;

namespace {

const std::vector<float> weights(std::begin(reference::nb_w), std::end(reference::nb_w));

template <class X = Row<4>, class Y = Label<3>> auto rows_of(std::span<const float> x, std::vector<float> weight = {}) {
  return dataset<X, Y>(4, x, std::vector<int>(std::begin(reference::nb_label), std::end(reference::nb_label)), std::move(weight), 3);
}
template <class Spec, class Joint, class Probabilities>
void check_reference(const Spec& spec, const Dataset<Row<4>, Label<3>>& data, const Joint& joint, const Probabilities& probabilities) {
  const auto model = spec.fit(data, Context{});
  const auto p = predicted(model, data.first(10));
  for (std::size_t i = 0; i < 10; ++i) {
    double logs[3];
    model.log_joint(data.x(static_cast<std::ptrdiff_t>(i)), logs);
    for (std::size_t c = 0; c < 3; ++c) {
      CHECK(logs[c] == doctest::Approx(joint[3 * i + c]).epsilon(1e-9));
      CHECK(std::abs(static_cast<double>(p[3 * i + c]) - probabilities[3 * i + c]) < 6e-8);  // rounded to float
    }
  }
}

#define CHECK_REFERENCE(spec, data, name) \
  check_reference(spec, data, reference::nb_##name##_joint, reference::nb_##name##_probabilities)

auto numbers(std::vector<float> weight = {}) { return rows_of(reference::nb_numbers, std::move(weight)); }
auto counts(std::vector<float> weight = {}) { return rows_of(reference::nb_counts, std::move(weight)); }
auto categories(std::vector<float> weight = {}) { return rows_of(reference::nb_categories, std::move(weight)); }

}  // namespace

static_assert(std::is_same_v<decltype(NaiveBayes{}), NaiveBayes<Gaussian>>);
static_assert(std::is_same_v<decltype(NaiveBayes{Multinomial{.alpha = 0.5}}), NaiveBayes<Multinomial>>);
static_assert(static_workspace_bytes<NaiveBayes<>::Model<Row<4>, Label<3>>>(64) == 64);

TEST_CASE("naive Bayes has the joint logarithms and probabilities of scikit-learn, for each likelihood") {
  CHECK_REFERENCE(NaiveBayes{}, numbers(), gaussian);
  CHECK_REFERENCE(NaiveBayes{Multinomial{}}, counts(), multinomial);
  CHECK_REFERENCE(NaiveBayes{Complement{}}, counts(), complement);
  CHECK_REFERENCE(NaiveBayes{Bernoulli{}}, counts(), bernoulli);
  CHECK_REFERENCE(NaiveBayes{Categorical{}}, categories(), categorical);
}

TEST_CASE("naive Bayes has scikit-learn's numbers with weights, priors and other smoothing") {
  CHECK_REFERENCE(NaiveBayes{Gaussian{.smoothing = 0}}, numbers(weights), gaussian_weighted);
  CHECK_REFERENCE((NaiveBayes<Gaussian>{.likelihood = {.smoothing = 0.125}, .priors = {0.5f, 0.25f, 0.25f}}), numbers(), gaussian_priors);
  CHECK_REFERENCE((NaiveBayes<Multinomial>{.likelihood = {.alpha = 0.25}, .uniform = true}), counts(weights), multinomial_weighted);
  CHECK_REFERENCE((NaiveBayes{Complement{.alpha = 0.5, .norm = true}}), counts(weights), complement_norm);
  CHECK_REFERENCE((NaiveBayes{Bernoulli{.alpha = 0.5, .threshold = 2}}), counts(weights), bernoulli_weighted);
  CHECK_REFERENCE((NaiveBayes{Categorical{.alpha = 0.5, .categories = 7}}), categories(weights), categorical_weighted);
}

TEST_CASE("what is learnt batch by batch is what all rows together teach") {
  const auto whole = [](const auto& spec, const auto& data) {
    std::vector<RowIndex> tail;
    for (RowIndex i = 11; i < 30; ++i) tail.push_back(i);
    const auto all = spec.fit(data, Context{});
    auto first = spec.fit(data.first(11), Context{});
    auto state = first.learning_state(Random(0));
    const auto both = first.update(data.subset(tail), state);
    double a[3], b[3];
    for (std::ptrdiff_t i = 0; i < 30; ++i) {
      all.log_joint(data.x(i), a);
      both.log_joint(data.x(i), b);
      for (int c = 0; c < 3; ++c) CHECK(b[c] == doctest::Approx(a[c]).epsilon(1e-11));
    }
  };
  whole(NaiveBayes{}, numbers(weights));
  whole(NaiveBayes{Multinomial{}}, counts(weights));
  whole(NaiveBayes{Complement{}}, counts(weights));
  whole(NaiveBayes{Bernoulli{}}, counts(weights));
  whole(NaiveBayes{Categorical{}}, categories(weights));
}

TEST_CASE("a missing number says nothing: a column of them changes no probability, one alone leaves its column out") {
  const float nan = std::nanf("");
  std::vector<float> hidden, three;
  for (std::size_t i = 0; i < 120; ++i) hidden.push_back(i % 4 == 2 ? nan : reference::nb_categories[i]);
  for (std::size_t i = 0; i < 120; ++i)
    if (i % 4 != 2) three.push_back(reference::nb_categories[i]);
  const auto same = [&](const auto& spec) {
    const auto with = rows_of(hidden);
    const auto without = dataset<Row<3>, Label<3>>(
        3, three, std::vector<int>(std::begin(reference::nb_label), std::end(reference::nb_label)));
    const auto p = predicted(spec.fit(with, Context{}), with), q = predicted(spec.fit(without, Context{}), without);
    for (std::size_t i = 0; i < p.size(); ++i) CHECK(p[i] == doctest::Approx(q[i]).epsilon(1e-6));
    const float row[] = {1, 1, nan, nan}, none[] = {nan, nan, nan, nan};
    const auto model = spec.fit(categories(), Context{});
    double some[3], nothing[3];
    model.log_joint(Row<4>::View(row), some);
    model.log_joint(Row<4>::View(none), nothing);
    for (const double v : some) CHECK(std::isfinite(v));
    for (std::size_t c = 0; c < 3; ++c)
      CHECK(nothing[c] == (std::is_same_v<std::decay_t<decltype(spec)>, NaiveBayes<Complement>> ? 0.0 : model.log_prior[c]));
  };
  same(NaiveBayes{Gaussian{.smoothing = 1e-3}});
  same(NaiveBayes{Multinomial{.alpha = 0}});
  same(NaiveBayes{Complement{.alpha = 0}});
  same(NaiveBayes{Bernoulli{}});
  same(NaiveBayes{Categorical{}});
}

TEST_CASE("a class without rows has probability 0, one class alone 1; a row of weight 0 is not looked at") {
  const float x[] = {1, 2, 3, 5, -7, NAN};
  const auto data = dataset<Row<2>, Label<4>>(2, x, {1, 3, 2}, {1, 1, 0});
  const auto check = [&](const auto& spec) {
    const auto p = predicted(spec.fit(data, Context{}), data.first(2));
    CHECK((p[0] == 0 && p[2] == 0));
    CHECK(p[1] + p[3] == doctest::Approx(1));
    CHECK(p[1] > p[3]);
    const auto one = predicted(spec.fit(data.first(1), Context{}), data.first(2));
    CHECK(one == std::vector<float>{0, 1, 0, 0, 0, 1, 0, 0});
  };
  check(NaiveBayes{});
  check(NaiveBayes{Categorical{}});
  check(NaiveBayes<Gaussian>{.priors = {0.25f, 0.25f, 0.25f, 0.25f}});
  check(NaiveBayes<Gaussian>{.uniform = true});
  check(NaiveBayes{Gaussian{.smoothing = 0}});
}

TEST_CASE("constant columns decide nothing, unless classes differ in them; what is impossible gets the priors") {
  const float x[] = {4, 4, 4, 4}, y[] = {1, 1, 2, 2};
  const auto constant = dataset<Row<1>, Label<2>>(1, x, {0, 1, 1, 1});
  CHECK(predicted(NaiveBayes{}.fit(constant, Context{}), constant.first(1)) == std::vector<float>{0.25f, 0.75f});
  const auto differ = dataset<Row<1>, Label<2>>(1, y, {0, 0, 1, 1});
  const auto model = NaiveBayes{Gaussian{.smoothing = 0}}.fit(differ, Context{});
  CHECK(predicted(model, differ) == std::vector<float>{1, 0, 1, 0, 0, 1, 0, 1});
  const float other[] = {INFINITY, -3e38f};
  for (const float v : predicted(model, dataset<Row<1>, Label<2>>(1, other, {0, 0}))) CHECK(v == 0.5f);
}

TEST_CASE("a category that training never had says nothing") {
  const auto model = NaiveBayes{Categorical{}}.fit(categories(), Context{});
  const float row[] = {1, 99, -1, 0.5f}, known[] = {1, NAN, NAN, NAN};
  double a[3], b[3];
  model.log_joint(Row<4>::View(row), a);
  model.log_joint(Row<4>::View(known), b);
  for (int c = 0; c < 3; ++c) CHECK(a[c] == b[c]);
}

TEST_CASE("naive Bayes says what it cannot be fitted to") {
  const auto error = [](const auto& spec, const auto& data) { return thrown_by<FitError>([&] { spec.fit(data, Context{}); }); };
  CHECK(error(NaiveBayes{Gaussian{.smoothing = -1}}, numbers()) == "NaiveBayes: expected a finite smoothing >= 0, got -1");
  CHECK(error(NaiveBayes{Multinomial{.alpha = -1}}, counts()) == "NaiveBayes: expected a finite alpha >= 0, got -1");
  CHECK(error(NaiveBayes{Categorical{.categories = -1}}, counts()) == "NaiveBayes: expected 0 to 1000000 categories, got -1");
  CHECK(error(NaiveBayes<Gaussian>{.priors = {1, 0}}, numbers()) == "NaiveBayes: expected priors of 3 classes, got 2");
  CHECK(error(NaiveBayes<Gaussian>{.priors = {1, 1, 0}}, numbers()) == "NaiveBayes: expected priors >= 0 that sum to 1, got a sum of 2");
  CHECK(error(NaiveBayes{}, numbers(std::vector<float>(30, 0))) ==
        "NaiveBayes: expected at least one row with a positive weight, got 30 rows without");
  CHECK(error(NaiveBayes{Multinomial{}}, numbers()).starts_with("NaiveBayes: expected finite numbers >= 0, got -"));
  CHECK(error(NaiveBayes{Categorical{}}, numbers()).starts_with("NaiveBayes: expected whole numbers from 0 to 999999, got "));
  const float x[] = {1, 2, INFINITY, 4};
  CHECK(error(NaiveBayes{}, dataset<Row<2>, Label<2>>(2, x, {0, 1})) == "NaiveBayes: expected finite numbers, got inf in row 1, column 0");
}

TEST_CASE("naive Bayes is fitted with the same bits on 1 and 7 threads") {
  std::vector<int> y;
  for (int i = 0; i < 5000; ++i) y.push_back(i % 3);
  const auto data = dataset<Row<Dynamic>, Label<3>>(6, noise("threads", 30000), y);
  const auto with = [&](int threads) {
    return parallel::with_threads(threads, [&] { return predicted(NaiveBayes{}.fit(data, Context{}), data.first(100)); });
  };
  CHECK(with(1) == with(7));
}

TEST_CASE("a naive Bayes that was saved is the same and goes on learning; one that was tampered with is refused") {
  const auto check = [](const auto& spec, const auto& data, std::string_view message) {
    auto model = spec.fit(data, Context{});
    Writer out;
    out("model", model);
    decltype(model) again;
    Reader(out.bytes())("model", again);
    CHECK(predicted(again, data) == predicted(model, data));
    auto state = again.learning_state(Random(0));
    CHECK(predicted(again.update(data, state), data) == predicted(model.update(data, state), data));
    CHECK(thrown_by<FileError>([&] { model.check_extents(5, 3); }) == "expected what was learnt of 5 columns in 3 classes, got 4");
    model.columns = 5;
    Writer wrong;
    wrong("model", model);
    CHECK(thrown_by<FileError>([&] { Reader(wrong.bytes())("model", again); }) == message);
  };
  const auto run_time = [](const auto& x) { return rows_of<Row<Dynamic>, Label<Dynamic>>(x, weights); };
  check(NaiveBayes{}, run_time(reference::nb_numbers), "expected moments of 3 classes in 5 columns, got 12");
  check(NaiveBayes{Multinomial{}}, run_time(reference::nb_counts), "expected sums of 3 classes in 5 columns, got 12");
  check(NaiveBayes{Complement{}}, run_time(reference::nb_counts), "expected sums of 3 classes in 5 columns, got 12");
  check(NaiveBayes{Bernoulli{}}, run_time(reference::nb_counts), "expected sums of 3 classes in 5 columns, got 12");
  check(NaiveBayes{Categorical{}}, run_time(reference::nb_categories), "expected categories of 5 columns in 3 classes, got 4");
}

TEST_CASE("naive Bayes is called what its user wrote") {
  CHECK(type_name<NaiveBayes<>>() == "NaiveBayes<Gaussian>");
}

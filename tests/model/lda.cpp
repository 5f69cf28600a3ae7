// SPDX-License-Identifier: Apache-2.0
#include "../thrown_by.hpp"
#include "discriminant_data.hpp"

#include <tutti/core/archive.hpp>
#include <tutti/model/lda_fit.hpp>

#include <doctest/doctest.h>

#include <limits>

using namespace discriminant;

namespace {

auto two() {
  std::vector<int> y;
  for (const int k : reference::discriminant_label) y.push_back(k > 0);
  return dataset<Row<4>, Label<2>>(4, reference::discriminant_x, y);
}
auto wide() {
  std::vector<int> y;
  for (int i = 0; i < 12; ++i) y.push_back(i % 3);
  return dataset<Row<Dynamic>, Label<Dynamic>>(20, reference::discriminant_wide, y, {}, 3);
}

}  // namespace

TEST_CASE("LDA has the log probabilities of scikit-learn, with priors and without") {
  const auto data = three();
  check_close(logs(LDA{}.fit(data, Context{}), data), reference::lda_plain_log);
  check_close(logs(LDA{.priors = {0.5f, 0.25f, 0.25f}}.fit(data, Context{}), data), reference::lda_priors_log);
  check_close(predicted(LDA{}.fit(data, Context{}), data), reference::lda_plain_probabilities, 1e-7);
  check_close(predicted(LDA{}.fit(two(), Context{}), two()), reference::lda_two_probabilities, 1e-7);
}

TEST_CASE("LDA shrinks covariances as scikit-learn does, by a share and by Ledoit's and Wolf's") {
  const auto data = three();
  const Buffer<float> priors = {0.5f, 0.25f, 0.25f};
  check_close(logs(LDA{.shrinkage = 0.25f}.fit(data, Context{}), data), reference::lda_shrunk_log);
  check_close(logs(LDA{.shrinkage = 1}.fit(data, Context{}), data), reference::lda_diagonal_log);
  check_close(logs(LDA{.shrinkage = LDA::ledoit_wolf}.fit(data, Context{}), data), reference::lda_ledoit_wolf_log);
  check_close(logs(LDA{.shrinkage = LDA::ledoit_wolf, .priors = priors}.fit(data, Context{}), data),
              reference::lda_ledoit_wolf_priors_log);
  check_close(predicted(LDA{.shrinkage = LDA::ledoit_wolf}.fit(two(), Context{}), two()), reference::lda_two_shrunk_probabilities,
              1e-7);
  check_close(logs(LDA{.shrinkage = LDA::ledoit_wolf}.fit(wide(), Context{}), wide()), reference::lda_wide_log);
}

TEST_CASE("directions in which no class varies are left out: copies of columns, constants") {
  std::vector<float> x;
  for (std::size_t i = 0; i < 36; ++i) {
    x.insert(x.end(), reference::discriminant_x + 4 * i, reference::discriminant_x + 4 * i + 4);
    x.insert(x.end(), {2 * reference::discriminant_x[4 * i], 7.0f});
  }
  const auto& y = reference::discriminant_label;
  const auto data = dataset<Row<6>, Label<3>>(6, x, {std::begin(y), std::end(y)});
  check_close(logs(LDA{}.fit(data, Context{}), data), reference::lda_dependent_log);
  check_close(logs(LDA{}.fit(data, Context{}), data), reference::lda_plain_log);
}

TEST_CASE("an invertible linear map of the columns changes nothing") {
  const auto x = noise("mapped", 3 * 60);
  std::vector<float> mapped;
  std::vector<int> y;
  for (std::size_t i = 0; i < 60; ++i) {
    y.push_back(static_cast<int>(i % 4));
    const float* const r = x.data() + 3 * i;
    mapped.insert(mapped.end(), {2 * r[0] + r[1], r[1] - 4 * r[2], r[2] + r[0]});
  }
  const auto plain = dataset<Row<3>, Label<4>>(3, x, y), other = dataset<Row<3>, Label<4>>(3, mapped, y);
  check_close(logs(LDA{}.fit(other, Context{}), other), logs(LDA{}.fit(plain, Context{}), plain), 1e-5);  // x is rounded
}

TEST_CASE("weights of equal size and of another scale change nothing; a row of weight 0 is not there, whatever it holds") {
  const auto data = three();
  for (const float shrinkage : {0.0f, LDA::ledoit_wolf}) {
    const LDA spec{.shrinkage = shrinkage};
    check_close(logs(spec.fit(three(std::vector<float>(36, 0.25f)), Context{}), data), logs(spec.fit(data, Context{}), data));
    std::vector<float> x(reference::discriminant_x, reference::discriminant_x + 4 * 36), w(40, 3.0f);
    std::vector<int> y(reference::discriminant_label, reference::discriminant_label + 36);
    x.insert(x.end(), {NAN, INFINITY, 1e30f, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
    y.insert(y.end(), {0, 1, 2, 0});
    for (std::size_t i = 36; i < 40; ++i) w[i] = 0;
    check_close(logs(spec.fit(dataset<Row<4>, Label<3>>(4, x, y, w), Context{}), data), logs(spec.fit(data, Context{}), data));
  }
}

TEST_CASE("weights weigh means and the priors") {
  const float x[] = {0, 1, 4, 5};
  const auto model = LDA{}.fit(dataset<Row<1>, Label<2>>(1, x, {0, 0, 1, 1}, {3, 1, 1, 1}), Context{});
  // means 0.25 and 4.5; scatter 0.75 + 0.5; freedom (4 - 10 / 4) + 1
  const double s = 1.25 / 2.5, ratio = std::log(4.0 / 2) + (-(2 - 0.25) * (2 - 0.25) + (2 - 4.5) * (2 - 4.5)) / (2 * s);
  const float at[] = {2};
  const Buffer<double> log = model.log_joint(Row<1>::View(at));
  CHECK(log[0] - log[1] == doctest::Approx(ratio).epsilon(1e-12));
}

TEST_CASE("a class without rows has probability 0, and equal means leave the priors") {
  const float x[] = {0, 1, 4, 5, 0, 1};
  const auto holes = dataset<Row<1>, Label<5>>(1, std::span(x, 4), {1, 1, 3, 3});
  const auto p = predicted(LDA{}.fit(holes, Context{}), holes);
  CHECK((p[0] == 0 && p[2] == 0 && p[4] == 0));
  CHECK(p[1] + p[3] == doctest::Approx(1));
  const float twice[] = {0, 1, 0, 1, 0, 1};
  const auto equal = dataset<Row<1>, Label<2>>(1, twice, {0, 0, 1, 1, 1, 1});
  for (const float v : predicted(LDA{.priors = {0.75f, 0.25f}}.fit(equal, Context{}), equal)) CHECK((v == 0.75f || v == 0.25f));
}

TEST_CASE("a row with NaN has NaN as its probabilities") {
  const auto model = LDA{}.fit(three(), Context{});
  const float bad[] = {1, NAN, 1, 1};
  const auto p = predicted(model, dataset<Row<4>, Label<3>>(4, bad, {0}));
  CHECK((std::isnan(p[0]) && std::isnan(p[1]) && std::isnan(p[2])));
}

TEST_CASE("LDA says what it cannot be fitted to") {
  const auto error = [](const LDA& spec, const auto& data) { return thrown_by<FitError>([&] { spec.fit(data, Context{}); }); };
  const float x[] = {1, 2, 3, NAN, 5, INFINITY};
  const auto of = [&](std::ptrdiff_t first, std::vector<int> y, std::vector<float> w = {}) {
    return dataset<Row<1>, Label<3>>(1, std::span(x).subspan(static_cast<std::size_t>(first), y.size()), y, w);
  };
  CHECK(error({.shrinkage = 1.5f}, three()) == "LDA: expected a shrinkage in [0, 1] or LDA::ledoit_wolf, got 1.5");
  CHECK(error({.shrinkage = NAN}, three()) == "LDA: expected a shrinkage in [0, 1] or LDA::ledoit_wolf, got nan");
  CHECK(error({.priors = {1}}, three()) == "LDA: expected priors of 3 classes, got 1");
  CHECK(error({.priors = {0.5f, 0.25f, 0.5f}}, three()) == "LDA: expected priors >= 0 that sum to 1, got a sum of 1.25");
  CHECK(error({.priors = {1, 0, 0}}, of(0, {1, 1, 2})) == "LDA: expected a prior above 0 for a class that has rows");
  CHECK(error({}, of(0, {0, 1, 2})) == "LDA: expected classes that vary in at least one column, with finite squares");
  CHECK(error({}, of(1, {0, 0, 1})) == "LDA: expected finite numbers, got NaN in column 0");
  CHECK(error({}, of(4, {0, 1})) == "LDA: expected finite numbers, got infinity in column 0");
  CHECK(error({}, of(0, {0, 1}, {0, 0})) == "LDA: expected at least one row with a positive weight, got 2 rows without");
}

TEST_CASE("LDA is fitted with the same bits on 1 and 7 threads") {
  std::vector<int> y;
  for (int i = 0; i < 4000; ++i) y.push_back(i * i % 5);
  const auto data = dataset<Row<12>, Label<5>>(12, noise("threads", 48000), y);
  for (const float shrinkage : {0.0f, LDA::ledoit_wolf}) {
    const auto with = [&](int threads) {
      return parallel::with_threads(threads, [&] { return LDA{.shrinkage = shrinkage}.fit(data, Context{}); });
    };
    CHECK(with(1).coefficients == with(7).coefficients);
    CHECK(with(1).bias == with(7).bias);
  }
}

TEST_CASE("an LDA that was saved is the same; one that was tampered with is refused") {
  auto model = LDA{}.fit(wide(), Context{});
  Writer out;
  out("model", model);
  decltype(model) again;
  Reader(out.bytes())("model", again);
  CHECK(predicted(again, wide()) == predicted(model, wide()));
  CHECK(thrown_by<FileError>([&] { model.check_extents(20, 4); }) == "expected coefficients of 20 columns for 4 classes, got 20");
  model.coefficients.pop_back();
  CHECK(thrown_by<FileError>([&] { model.loaded(); }) == "expected 60 coefficients, got 59");
}

// SPDX-License-Identifier: Apache-2.0
#include "../thrown_by.hpp"
#include "discriminant_data.hpp"

#include <tutti/core/archive.hpp>
#include <tutti/model/qda_fit.hpp>

#include <doctest/doctest.h>

using namespace discriminant;

TEST_CASE("QDA has the log probabilities of scikit-learn, with priors and regularised") {
  const auto data = three();
  check_close(logs(QDA{}.fit(data, Context{}), data), reference::qda_plain_log);
  check_close(logs(QDA{.priors = {0.5f, 0.25f, 0.25f}}.fit(data, Context{}), data), reference::qda_priors_log);
  check_close(logs(QDA{.regularization = 0.25f}.fit(data, Context{}), data), reference::qda_regularised_log);
  check_close(predicted(QDA{}.fit(data, Context{}), data), reference::qda_plain_probabilities, 1e-7);
}

TEST_CASE("weights of another scale change nothing; a row of weight 0 is not there") {
  const auto data = three();
  std::vector<float> w(36, 0.25f);
  check_close(logs(QDA{}.fit(three(w), Context{}), data), logs(QDA{}.fit(data, Context{}), data));
  w[5] = 0;
  Buffer<RowIndex> others;
  for (RowIndex i = 0; i < 36; ++i)
    if (i != 5) others.push_back(i);
  check_close(logs(QDA{}.fit(three(w), Context{}), data), logs(QDA{}.fit(data.subset(others), Context{}), data));
}

TEST_CASE("weights weigh means, covariances and priors") {
  const float x[] = {0, 1, 4, 6};
  const auto model = QDA{}.fit(dataset<Row<1>, Label<2>>(1, x, {0, 0, 1, 1}, {3, 1, 1, 1}), Context{});
  const double a = 0.75 / 1.5, b = 2;  // scatter / freedom; means 0.25 and 5
  const double ratio = std::log(2.0) - std::log(a / b) / 2 - (3 - 0.25) * (3 - 0.25) / (2 * a) + 4 / (2 * b);
  const float at[] = {3};
  const Buffer<double> log = model.log_joint(Row<1>::View(at));
  CHECK(log[0] - log[1] == doctest::Approx(ratio).epsilon(1e-12));
}

TEST_CASE("a class without rows has probability 0; regularised, one row is enough for a class") {
  const float x[] = {0, 1, 4, 5, 2, 9};
  const auto holes = dataset<Row<1>, Label<4>>(1, std::span(x, 4), {1, 1, 3, 3});
  const auto p = predicted(QDA{}.fit(holes, Context{}), holes);
  CHECK((p[0] == 0 && p[2] == 0));
  CHECK(p[1] + p[3] == doctest::Approx(1));
  const auto one = dataset<Row<2>, Label<2>>(2, x, {0, 0, 1});
  const auto q = predicted(QDA{.regularization = 0.5f}.fit(one, Context{}), one);
  CHECK((q[0] > 0.5f && q[5] > 0.5f));
}

TEST_CASE("a row with NaN has NaN as its probabilities") {
  const float bad[] = {1, NAN, 1, 1};
  const auto p = predicted(QDA{}.fit(three(), Context{}), dataset<Row<4>, Label<3>>(4, bad, {0}));
  CHECK((std::isnan(p[0]) && std::isnan(p[1]) && std::isnan(p[2])));
}

TEST_CASE("QDA says what it cannot be fitted to") {
  const auto error = [](const QDA& spec, const auto& data) { return thrown_by<FitError>([&] { spec.fit(data, Context{}); }); };
  const float x[] = {1, 2, 3, 4, 6, 7, NAN, 1};
  CHECK(error({.regularization = -1}, three()) == "QDA: expected a regularization in [0, 1], got -1");
  CHECK(error({.priors = {1}}, three()) == "QDA: expected priors of 3 classes, got 1");
  CHECK(error({}, dataset<Row<2>, Label<2>>(2, std::span(x, 6), {0, 1, 1})) ==
        "QDA: expected regularization > 0, got 0: in rows of class 0 column 0 is a linear combination of those before it");
  CHECK(error({}, dataset<Row<2>, Label<2>>(2, x, {0, 1, 1, 0})) == "QDA: expected finite numbers, got NaN in column 0");
}

TEST_CASE("QDA is fitted with the same bits on 1 and 7 threads") {
  std::vector<int> y;
  for (int i = 0; i < 4000; ++i) y.push_back(i * i % 5);
  const auto data = dataset<Row<12>, Label<5>>(12, noise("threads", 48000), y);
  const auto with = [&](int threads) {
    return parallel::with_threads(threads, [&] { return predicted(QDA{}.fit(data, Context{}), data.first(100)); });
  };
  CHECK(with(1) == with(7));
}

TEST_CASE("a QDA that was saved is the same; one that was tampered with is refused") {
  auto model = QDA{}.fit(three(), Context{});
  Writer out;
  out("model", model);
  decltype(model) again;
  Reader(out.bytes())("model", again);
  CHECK(predicted(again, three()) == predicted(model, three()));
  CHECK(thrown_by<FileError>([&] { model.check_extents(5, 3); }) == "expected covariances of 5 columns for 3 classes, got 4");
  model.factor.pop_back();
  CHECK(thrown_by<FileError>([&] { model.loaded(); }) == "expected factors of 3 covariances, got 47");
  model.mean.pop_back();
  CHECK(thrown_by<FileError>([&] { model.loaded(); }) == "expected means of 3 classes, got 11");
}

TEST_CASE(
    "more columns than a panel and more rows than a block: batches and single rows have the same bits, and the densities are "
    "right") {
  constexpr int width = 70;
  std::vector<int> y;
  auto x = noise("wide", 300 * width);
  for (std::size_t i = 0; i < 300; ++i) {
    y.push_back(static_cast<int>(i % 2));
    x[i * width + 69] += x[i * width] * (i % 2 == 0 ? 2.0f : -2.0f);
  }
  const auto data = dataset<Row<Dynamic>, Label<2>>(width, x, y);
  const auto model = QDA{.regularization = 0.1f}.fit(data, Context{});
  const auto together = predicted(model, data);
  for (std::ptrdiff_t i = 0; i < 300; i += 37) {
    float alone[2];
    Workspace w(model.workspace_bytes(1));
    const auto view = data.x(i);
    model.outputs(std::span(&view, 1), Rows<float>(alone, 1, 2), w);
    CHECK((alone[0] == together[2 * static_cast<std::size_t>(i)] && alone[1] == together[2 * static_cast<std::size_t>(i) + 1]));
    const auto logs = model.log_joint(view);
    for (std::size_t c = 0; c < 2; ++c) {  // every number of F
      double sum = 0;
      for (std::size_t k = 0; k < width; ++k) {
        double z = 0;
        for (std::size_t j = 0; j < width; ++j)
          z += (static_cast<double>(view[static_cast<std::ptrdiff_t>(j)]) - model.mean[c * width + j]) *
               model.factor[(c * width + j) * width + k];
        sum += z * z;
      }
      CHECK(logs[c] == doctest::Approx(model.log_scale[c] - sum / 2).epsilon(1e-12));
    }
  }
}

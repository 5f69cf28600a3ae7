// SPDX-License-Identifier: Apache-2.0
#include <tutti/measure/auc.hpp>
#include <tutti/measure/classification.hpp>
#include <tutti/measure/deviance.hpp>
#include <tutti/measure/regression.hpp>
#include <tutti/model/boost_judge.hpp>

#include "tree_data.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

using namespace tutti;

TEST_CASE("without a metric the loss of the objective judges, by weight") {
  const Dataset<Row<1>, Real> data(DenseStorage<float>(1, Buffer<float>{0, 0, 0}), {1, 2, 4}, SideColumns{.weight = {1, 2, 3}});
  const TreeTargets<Real> targets(data);
  const BoostLoss<Real> loss(1);
  detail::BoostJudge<Real> judge({}, loss, targets, {1, 2});
  const float score[] = {9, 3, 3};
  CHECK(judge(loss, targets, score) == doctest::Approx((2 * 1 + 3 * 1) / 5.0));
}

TEST_CASE("a metric sees outputs, not scores") {
  const auto data = tree_data::labels<2, 2>(50, 1);
  const TreeTargets<Label<2>> targets(data);
  const BoostLoss<Label<2>> loss(2);
  Buffer<std::uint32_t> rows;
  std::vector<float> score, p;
  std::vector<std::int32_t> label;
  Random random(2);
  for (std::uint32_t r = 0; r < 50; ++r) {
    rows.push_back(r);
    score.push_back(4 * random.uniform() - 2);
    p.push_back(1 / (1 + std::exp(score.back())));
    p.push_back(1 - p.back());
    label.push_back(targets.y[r]);
  }
  const Judged judged{.outputs = Rows<const float>(p.data(), 50, 2), .labels = label, .classes = 2};
  for (const Monitor& monitor : {Monitor(AUC{}), Monitor(LogLoss{}), Monitor(Accuracy{})}) {
    detail::BoostJudge<Label<2>> judge(monitor, loss, targets, rows);
    CHECK(judge(loss, targets, score.data()) == doctest::Approx(monitor(judged)).epsilon(1e-5));
  }
}

TEST_CASE("predictions are judged on the scale of the targets") {
  const Dataset<Row<1>, Real> data(DenseStorage<float>(1, Buffer<float>{0, 0}), {1, 3});
  const TreeTargets<Real> targets(data);
  const BoostLoss<Real> loss(1, PoissonDeviance{});
  detail::BoostJudge<Real> judge(MAE{}, loss, targets, {0, 1});
  const float score[] = {std::log(2.0f), std::log(2.0f)};
  CHECK(judge(loss, targets, score) == doctest::Approx(1));
}

TEST_CASE("a metric of other targets is refused") {
  const Dataset<Row<1>, Real> data(DenseStorage<float>(1, Buffer<float>{0, 0}), {1, 3});
  const TreeTargets<Real> targets(data);
  CHECK_THROWS_WITH_AS((detail::BoostJudge<Real>(AUC{}, BoostLoss<Real>(1), targets, {0})),
                       "AUC judges labels and flags, the targets are numbers",
                       DataError);
}

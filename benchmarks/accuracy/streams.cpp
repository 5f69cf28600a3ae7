// SPDX-License-Identifier: Apache-2.0
// Streams whose truth shifts: every batch is predicted first, judged, then learnt. A row is the mean loss (half the Brier score)
// of one way to go along, beside the member that turned out best; of Hedge also its regret as a share of the bound.
// The streams: SEA (Street and Kim, KDD 2001: the class is x1 + x2 <= theta, three inputs from 0 to 10, a tenth of the labels
// wrong, theta = 8, 9, 7, 9.5), and one whose two classes change places every 5000 rows.
#include "accuracy.hpp"

#include <tutti/tutti.hpp>

#include <algorithm>
#include <string>
#include <vector>
using namespace tutti;

namespace {

using X = Row<3>;
using Y = Label<2>;
using Batch = Dataset<X, Y>;

Batch sea(int rows, int concept_, std::uint64_t seed) {
  constexpr float theta[] = {8, 9, 7, 9.5f};
  Random random(seed);
  Buffer<float> x;
  std::vector<std::int32_t> y;
  for (int i = 0; i < rows; ++i) {
    float row[3];
    for (float& v : row) x.push_back(v = 10 * random.uniform());
    y.push_back((row[0] + row[1] <= theta[concept_ % 4]) != (random.uniform() < 0.1f));
  }
  return Batch(DenseStorage<float>(3, std::move(x)), std::move(y));
}
Batch swapped(int rows, int concept_, std::uint64_t seed) {
  Random random(seed);
  Buffer<float> x;
  std::vector<std::int32_t> y;
  for (int i = 0; i < rows; ++i) {
    y.push_back(static_cast<std::int32_t>(random.below(2)));
    const float centre = (y.back() == 1) != (concept_ % 2 == 1) ? 1 : -1;
    for (int j = 0; j < 3; ++j) x.push_back(static_cast<float>(random.normal()) + (j == 0 ? centre : 0));
  }
  return Batch(DenseStorage<float>(3, std::move(x)), std::move(y));
}

double loss(const auto& model, const Batch& batch) {
  double sum = 0;
  for (const double l : detail::row_losses<X, Y>(model, batch, BoundedLoss{{}, true})) sum += l;
  return sum / static_cast<double>(batch.rows());
}

/// The mean loss of a model that predicts each of 400 batches of 50 rows and then learns it; the model afterwards.
template <class Spec> auto along(const Spec& spec, Batch (*make)(int, int, std::uint64_t), double& mean) {
  auto model = fit(spec, make(500, 0, 1), {.seed = 1});
  mean = 0;
  if constexpr (capabilities_of<Spec>.incremental) {
    auto state = learning_state(model, 1);
    for (int t = 0; t < 400; ++t) {
      const Batch batch = make(50, t / 100, 100 + static_cast<std::uint64_t>(t));
      mean += loss(model, batch) / 400;
      model = update(model, batch, state);
    }
  } else {
    for (int t = 0; t < 400; ++t) mean += loss(model, make(50, t / 100, 100 + static_cast<std::uint64_t>(t))) / 400;
  }
  return model;
}

void run(const std::string& name, Batch (*make)(int, int, std::uint64_t)) {
  const auto second = fit(Logistic{}, make(500, 1, 2));  // knows what comes after the first shift
  const auto show = [&](const std::string& way, double ours, double best) { accuracy::row(name + ": " + way, ours, best, "best member", ours / best); };
  double mean = 0;
  const auto watch = [&](const std::string& way, const HedgeOptions& options) {
    const auto model = along(Hedge{options, NaiveBayes{}, Tree{.max_depth = 6}, Logistic{}, Frozen{second}}, make, mean);
    const HedgeWeights& hedge = model.model().hedge;
    const double best = *std::min_element(hedge.losses().begin(), hedge.losses().end());
    show(way, mean, best / 400);
    std::printf("%s: %s: regret %.2f of the bound %.2f after %d rounds\n", name.c_str(), way.c_str(), 400 * mean - best, hedge.regret_bound(),
                static_cast<int>(hedge.rounds()));
    return best / 400;
  };
  const double best = watch("Hedge, AdaHedge", {});
  watch("Hedge, horizon 400", {.horizon = 400});
  watch("Hedge, share 0.01", {.share = 0.01f});
  (void)along(Average{NaiveBayes{}, Logistic{}}, make, mean);
  show("Average, members fitted once", mean, best);
  (void)along(NaiveBayes{}, make, mean);
  show("NaiveBayes, updated", mean, best);
  (void)along(Adaptive{NaiveBayes{}}, make, mean);
  show("Adaptive NaiveBayes, ADWIN", mean, best);
  (void)along(Adaptive{Logistic{}}, make, mean);
  show("Adaptive Logistic, ADWIN", mean, best);
  (void)along(Hedge{{.share = 0.01f}, Adaptive{NaiveBayes{}}, Adaptive{Logistic{}}, Frozen{second}}, make, mean);
  show("Hedge of Adaptives, share 0.01", mean, best);
}

}  // namespace

void accuracy::streams() {
  run("stream SEA", sea);
  run("stream swapped", swapped);
}

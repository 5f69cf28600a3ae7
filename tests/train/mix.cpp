// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <tutti/measure/any_loss.hpp>
#include <tutti/measure/probability_losses.hpp>
#include <tutti/train/mix.hpp>

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "../thrown_by.hpp"

using namespace tutti;

static_assert(Mixing<Mixup> && Mixing<CutMix>);

namespace {

std::vector<float> numbers(int n, std::uint64_t seed) {
  Random random(seed);
  std::vector<float> x(static_cast<std::size_t>(n));
  for (float& v : x) v = static_cast<float>(random.normal());
  return x;
}
/// The share of a mixed batch and the partner of each row, found again from rows that are one-hot.
struct Found {
  double share = 1;
  std::vector<std::size_t> partner{};
};
Found mix_and_find(const AnyMixing& mixing, std::size_t rows, Random random) {
  std::vector<float> x(rows * rows);
  for (std::size_t r = 0; r < rows; ++r) x[r * rows + r] = 1;
  const int n = static_cast<int>(rows);
  std::vector<std::int32_t> labels(rows);
  LossTargets targets;
  targets.labels = labels;
  mixing.batch(shape(n), 2)->mix(Rows<float>(x.data(), n, n), targets, random);
  Found found;
  for (std::size_t r = 0; r < rows; ++r) {
    std::size_t partner = r;
    for (std::size_t j = 0; j < rows; ++j)
      if (j != r && x[r * rows + j] != 0) partner = j;
    if (partner != r) found.share = static_cast<double>(x[r * rows + r]);
    found.partner.push_back(partner);
  }
  return found;
}

}  // namespace

TEST_CASE_TEMPLATE("shares follow the beta distribution", Alpha, std::integral_constant<int, 2>, std::integral_constant<int, 10>,
                   std::integral_constant<int, 40>) {
  const double a = Alpha::value / 10.0;
  constexpr int n = 40000;
  Random random(3);
  double mean = 0, square = 0, fourth = 0;
  for (int i = 0; i < n; ++i) {
    const double x = detail::symmetric_beta(a, random);
    REQUIRE(x >= 0);
    REQUIRE(x <= 1);
    mean += x / n;
    square += (x - 0.5) * (x - 0.5) / n;
    fourth += std::pow(x - 0.5, 4) / n;
  }
  const double variance = 1 / (4 * (2 * a + 1)), kurtosis = 3 - 6 / (2 * a + 3);
  CHECK(mean == doctest::Approx(0.5).epsilon(0.01));
  CHECK(square == doctest::Approx(variance).epsilon(0.02));
  CHECK(fourth == doctest::Approx(kurtosis * variance * variance).epsilon(0.03));
}

TEST_CASE("tiny alphas give shares of nearly 0 and nearly 1, never anything else than a number") {
  Random random(4);
  int ones = 0;
  for (int i = 0; i < 2000; ++i) {
    const double x = detail::symmetric_beta(1e-4, random);
    REQUIRE(std::isfinite(x));
    ones += x > 0.5;
  }
  CHECK(ones > 850);
  CHECK(ones < 1150);
}

TEST_CASE("each row of a batch is the partner of one, and shares differ from batch to batch") {
  std::set<double> shares;
  for (std::uint64_t step = 0; step < 5; ++step) {
    const Found found = mix_and_find(Mixup{.alpha = 1}, 20, Random(step));
    std::vector<std::size_t> sorted = found.partner;
    std::sort(sorted.begin(), sorted.end());
    for (std::size_t r = 0; r < sorted.size(); ++r) CHECK(sorted[r] == r);
    shares.insert(found.share);
    CHECK(mix_and_find(Mixup{.alpha = 1}, 20, Random(step)).partner == found.partner);
  }
  CHECK(shares.size() == 5);
}

TEST_CASE("loss and gradient are the weighted sum of those by both targets, however the batch is cut") {
  constexpr int rows = 11, outputs = 3;
  const auto check_loss = [&](const AnyLoss& loss, const LossTargets& targets) {
    std::vector<float> one_hot(rows * rows);
    for (std::size_t r = 0; r < rows; ++r) one_hot[r * rows + r] = 1;
    const auto batch = AnyMixing(Mixup{.alpha = 1}).batch(shape(rows), outputs);
    batch->mix(Rows<float>(one_hot.data(), rows, rows), targets, Random(8));
    const Found found = mix_and_find(Mixup{.alpha = 1}, rows, Random(8));

    const std::vector<float> z = numbers(rows * outputs, 21);
    const Rows<const float> all(z.data(), rows, outputs);
    double expected = 0;
    std::vector<double> gradient(z.size());
    std::vector<std::int32_t> labels;
    std::vector<float> values, weight;
    for (const std::size_t p : found.partner) {
      if (!targets.labels.empty()) labels.push_back(targets.labels[p]);
      for (int k = 0; k < outputs && targets.numbers.data() != nullptr; ++k) values.push_back(targets.numbers(static_cast<std::ptrdiff_t>(p), k));
      weight.push_back(targets.weight[p]);
    }
    LossTargets theirs;
    theirs.labels = labels;
    if (!values.empty()) theirs.numbers = Rows<const float>(values.data(), rows, outputs);
    theirs.weight = weight;
    for (const bool own : {true, false}) {
      const double share = own ? found.share : 1 - found.share;
      std::vector<float> dz(z.size());
      expected += share * loss(all, own ? targets : theirs, Rows<float>(dz.data(), rows, outputs));
      for (std::size_t i = 0; i < dz.size(); ++i) gradient[i] += share * static_cast<double>(dz[i]);
    }
    for (const int chunk : {rows, 4, 1}) {
      std::vector<float> dz(z.size());
      double sum = 0;
      for (int first = 0; first < rows; first += chunk) {
        const int count = std::min(chunk, rows - first);
        sum += batch->loss(loss, all.slice(first, count), targets.slice(first, count, rows), first,
                           Rows<float>(dz.data(), rows, outputs).slice(first, count));
      }
      CHECK(sum == doctest::Approx(expected).epsilon(1e-6));
      for (std::size_t i = 0; i < dz.size(); ++i) CHECK(static_cast<double>(dz[i]) == doctest::Approx(gradient[i]).epsilon(1e-5).scale(0.01));
    }
  };
  std::vector<float> weight;
  for (int r = 0; r < rows; ++r) weight.push_back(static_cast<float>(1 + r % 3));
  std::vector<std::int32_t> labels;
  for (int r = 0; r < rows; ++r) labels.push_back(r % outputs);
  const std::vector<float> values = numbers(rows * outputs, 22);
  std::vector<float> flags;
  for (const float v : values) flags.push_back(v > 0 ? 1.0f : 0.0f);

  LossTargets of_labels, of_numbers, of_flags;
  of_labels.labels = labels;
  of_numbers.numbers = Rows<const float>(values.data(), rows, outputs);
  of_flags.numbers = Rows<const float>(flags.data(), rows, outputs);
  of_labels.weight = of_numbers.weight = of_flags.weight = weight;
  check_loss(CrossEntropy{.label_smoothing = 0.1}, of_labels);
  check_loss(MSE{}, of_numbers);
  check_loss(BinaryCrossEntropy{}, of_flags);
}

TEST_CASE("a box of an image is its partner's in all channels, and the share is what is left of the image") {
  const Shape image = shape(2, 5, 7);
  const CutMix mix;
  int boxes = 0;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const CutMix::Drawn box = mix.draw(image, Random(seed));
    std::vector<float> x(70, 1), partner(70, 2);
    box.apply(image, x.data(), partner.data());
    const auto changed = std::count(x.begin(), x.end(), 2.0f);
    CHECK(std::equal(x.begin(), x.begin() + 35, x.begin() + 35));
    CHECK(box.share == doctest::Approx(1 - static_cast<double>(changed) / 70));
    for (int i = 0; i < 35; ++i)
      CHECK((x[static_cast<std::size_t>(i)] == 2) == (i / 7 >= box.top && i / 7 < box.top + box.height && i % 7 >= box.left && i % 7 < box.left + box.width));
    boxes += changed > 0 && changed < 70;
  }
  CHECK(boxes > 30);
}

TEST_CASE("a mixing that does not suit, or has no alpha, is named; an alpha of 0 mixes nothing") {
  CHECK(thrown_by<DataError>([] { AnyMixing(CutMix{}).batch(shape(5), 2); }) ==
        "mix: expected images for CutMix, numbers for Mixup; rank, got 1");
  CHECK(thrown_by<DataError>([] { AnyMixing(Mixup{.alpha = -1}).batch(shape(5), 2); }) ==
        "mix: expected an alpha of 0 or more, got -1");
  CHECK(!AnyMixing(Mixup{.alpha = 0}).batch(shape(5), 2));
  CHECK_FALSE(AnyMixing());
}

// SPDX-License-Identifier: Apache-2.0
#include <tutti/core/random.hpp>
#include <tutti/measure/loss.hpp>

#include <doctest/doctest.h>

#include <vector>

using namespace tutti;

static_assert(Loss<CrossEntropy> && CrossEntropy::labels);
static_assert(Loss<MSE> && !MSE::labels);
static_assert(!Loss<float>);

namespace {

/// A batch of random outputs, targets and weights (one of them 0).
template <class T> struct Batch {
  std::ptrdiff_t rows, width;
  std::vector<T> z, dz;
  std::vector<std::int32_t> labels;
  std::vector<float> numbers, weight;

  Batch(std::ptrdiff_t n, std::ptrdiff_t k) : rows(n), width(k) {
    Random random(3);
    for (std::ptrdiff_t i = 0; i < n * k; ++i) {
      z.push_back(static_cast<T>(2 * random.normal()));
      numbers.push_back(static_cast<float>(random.normal()));
    }
    for (std::ptrdiff_t i = 0; i < n; ++i) {
      labels.push_back(static_cast<std::int32_t>(random.below(static_cast<std::uint32_t>(k))));
      weight.push_back(i == 2 ? 0 : 3 * random.uniform());
    }
    dz.assign(z.size(), T(99));
  }
  Rows<const T> outputs() const { return {z.data(), rows, width}; }
  Rows<T> gradient() { return {dz.data(), rows, width}; }
  LossTargets targets() const { return {labels, {numbers.data(), rows, width}, weight}; }
};

constexpr Rows<double> no_gradient{};

}  // namespace

TEST_CASE("cross-entropy by hand") {
  const double z[] = {0, std::log(3.0)};  // probabilities 1/4, 3/4
  double dz[2];
  const std::int32_t label[] = {0};
  CHECK(CrossEntropy{}(Rows<const double>(z, 1, 2), {.labels = label}, Rows<double>(dz, 1, 2)) ==
        doctest::Approx(std::log(4.0)).epsilon(1e-12));
  CHECK(dz[0] == doctest::Approx(-0.75).epsilon(1e-12));
  CHECK(dz[1] == doctest::Approx(0.75).epsilon(1e-12));
}

TEST_CASE("mean squared error by hand") {
  const double z[] = {1, 2, 3, 4};
  const float y[] = {1, 0, 3, 5}, weight[] = {3, 1};  // (3 (0 + 4) + 1 (0 + 1)) / (2 * 4)
  double dz[4];
  const LossTargets t{.numbers = {y, 2, 2}, .weight = weight};
  CHECK(MSE{}(Rows<const double>(z, 2, 2), t, Rows<double>(dz, 2, 2)) == doctest::Approx(13.0 / 8));
  CHECK(dz[0] == 0);
  CHECK(dz[1] == doctest::Approx(2 * 3 * 2.0 / 8));
  CHECK(dz[3] == doctest::Approx(2 * 1 * -1.0 / 8));
}

TEST_CASE_TEMPLATE("a gradient agrees with finite differences", L, CrossEntropy, MSE) {
  Batch<double> b(7, 5);
  L{}(b.outputs(), b.targets(), b.gradient());
  for (std::size_t i = 0; i < b.z.size(); ++i) {
    const double h = 1e-5, at = b.z[i];
    b.z[i] = at + h;
    const double above = L{}(b.outputs(), b.targets(), no_gradient);
    b.z[i] = at - h;
    const double below = L{}(b.outputs(), b.targets(), no_gradient);
    b.z[i] = at;
    CHECK(std::abs(b.dz[i] - (above - below) / (2 * h)) < 1e-9);
  }
}

TEST_CASE_TEMPLATE("float agrees with double", L, CrossEntropy, MSE) {
  Batch<float> f(40, 10);
  Batch<double> d(40, 10);
  d.z.assign(f.z.begin(), f.z.end());
  CHECK(L{}(f.outputs(), f.targets(), f.gradient()) ==
        doctest::Approx(L{}(d.outputs(), d.targets(), d.gradient())).epsilon(1e-6));
  for (std::size_t i = 0; i < f.z.size(); ++i)
    CHECK(static_cast<double>(f.dz[i]) == doctest::Approx(d.dz[i]).epsilon(1e-6));
}

TEST_CASE_TEMPLATE("the chunks of a batch add up to the batch", L, CrossEntropy, MSE) {
  Batch<double> whole(9, 4), parts(9, 4);
  for (const bool weighted : {true, false}) {
    LossTargets t = whole.targets();
    if (!weighted) t.weight = {};
    const double value = L{}(whole.outputs(), t, whole.gradient());
    double sum = 0;
    for (const auto& [first, count] : {std::pair{0, 4}, {4, 2}, {6, 3}})
      sum += L{}(parts.outputs().slice(first, count), t.slice(first, count, 9),
                 parts.gradient().slice(first, count));
    CHECK(sum == doctest::Approx(value).epsilon(1e-12));
    for (std::size_t i = 0; i < whole.dz.size(); ++i)
      CHECK(parts.dz[i] == doctest::Approx(whole.dz[i]).epsilon(1e-14));
  }
}

TEST_CASE_TEMPLATE("the value is the same with and without a gradient, and dz may be z", L, CrossEntropy,
                   MSE) {
  Batch<double> b(6, 5);
  const double value = L{}(b.outputs(), b.targets(), b.gradient());
  CHECK(L{}(b.outputs(), b.targets(), no_gradient) == value);
  CHECK(L{}(b.outputs(), b.targets(), Rows<double>(b.z.data(), 6, 5)) == value);
  CHECK(b.z == b.dz);
}

TEST_CASE_TEMPLATE("a row of weight 0 costs nothing, whatever stands in it", L, CrossEntropy, MSE) {
  Batch<double> b(5, 3);  // row 2 has weight 0
  const double value = L{}(b.outputs(), b.targets(), b.gradient());
  for (std::size_t k = 6; k < 9; ++k) b.z[k] = NAN;
  CHECK(L{}(b.outputs(), b.targets(), b.gradient()) == value);
  for (std::size_t k = 6; k < 9; ++k) CHECK(b.dz[k] == 0);
}

TEST_CASE_TEMPLATE("a batch without weight costs nothing and moves nothing", L, CrossEntropy, MSE) {
  Batch<double> b(3, 2);
  b.weight.assign(3, 0);
  CHECK(L{}(b.outputs(), b.targets(), b.gradient()) == 0);
  CHECK(b.dz == std::vector<double>(6, 0.0));
}

TEST_CASE("huge logits neither overflow nor lose a small loss") {
  const float z[] = {1e4f, 1e4f - 20, -1e4f, 1e4f};
  const std::int32_t labels[] = {0, 0};
  float dz[4];
  const LossTargets t{.labels = labels};
  CHECK(CrossEntropy{}(Rows<const float>(z, 1, 2), t.slice(0, 1, 1), Rows<float>(dz, 1, 2)) < 1e-6);
  CHECK(CrossEntropy{}(Rows<const float>(z, 2, 2), t, Rows<float>(dz, 2, 2)) == doctest::Approx(1e4));
  CHECK(dz[2] == -0.5f);
  CHECK(dz[3] == 0.5f);
  const float close[] = {10, 0.5f};
  CHECK(CrossEntropy{}(Rows<const float>(close, 1, 2), t, Rows<float>()) ==
        doctest::Approx(std::log1p(std::exp(-9.5))).epsilon(1e-6));
}

TEST_CASE_TEMPLATE("a NaN output makes the loss NaN", L, CrossEntropy, MSE) {
  Batch<float> b(4, 3);
  b.z[4] = NAN;
  CHECK(std::isnan(L{}(b.outputs(), b.targets(), b.gradient())));
}

TEST_CASE("cross-entropy of one class is 0") {
  Batch<double> b(4, 1);
  CHECK(CrossEntropy{}(b.outputs(), b.targets(), b.gradient()) == 0);
  CHECK(b.dz == std::vector<double>(4, 0.0));
}

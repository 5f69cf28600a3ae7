// SPDX-License-Identifier: Apache-2.0
#include <tutti/measure/any_loss.hpp>
#include <tutti/measure/embedding_losses.hpp>
#include <tutti/measure/focal.hpp>
#include <tutti/measure/number_losses.hpp>
#include <tutti/measure/probability_losses.hpp>
#include <tutti/measure/regression.hpp>

#include <doctest/doctest.h>
#include <measure/judging.hpp>
#include <reference/training.hpp>

using namespace tutti;

static_assert(Loss<Focal> && Loss<Huber> && Loss<Quantile> && Loss<KLDivergence> && Loss<BinaryCrossEntropy>);
static_assert(Loss<MAE>, "the metric is a loss as well");

namespace {

constexpr std::ptrdiff_t rows = 6, width = 5;
constexpr Rows<double> no_gradient{};

template <class T>
LossTargets targets(const float* numbers) {
  static std::vector<std::int32_t> labels(std::begin(reference::loss_labels), std::end(reference::loss_labels));
  return {labels, {numbers, rows, width}, reference::loss_weight};
}
const ClassWeights classes(reference::loss_class_weights);

/// Relative, but 1e-2 is as small as a number counts: gradients are differences of probabilities.
bool agrees(double ours, double theirs, double tolerance) {
  return std::abs(ours - theirs) <= tolerance * std::max(0.01, std::abs(theirs));
}

template <class T>
void compare(const char* what, const auto& loss, const float* numbers, double value, const double* gradient,
             double tolerance) {
  CAPTURE(what);
  std::vector<T> z(std::begin(reference::loss_z), std::end(reference::loss_z)), dz(z.size());
  LossTargets t = targets<T>(numbers);
  CHECK(agrees(loss(Rows<const T>(z.data(), rows, width), t, Rows<T>(dz.data(), rows, width)), value, tolerance));
  for (std::size_t i = 0; i < dz.size(); ++i) {
    CAPTURE(i);
    CHECK(agrees(static_cast<double>(dz[i]), gradient[i], tolerance));
  }
}

/// f(name, loss, targets, PyTorch's value, PyTorch's gradient)
template <class F>
void each_loss(const F& f) {
  using namespace reference;
  f("cross-entropy", CrossEntropy{}, loss_numbers, cross_entropy_value, cross_entropy_gradient);
  f("smooth", CrossEntropy{.label_smoothing = 0.1}, loss_numbers, cross_entropy_smooth_value,
    cross_entropy_smooth_gradient);
  f("classes", CrossEntropy{.class_weights = classes}, loss_numbers, cross_entropy_classes_value,
    cross_entropy_classes_gradient);
  f("both", CrossEntropy{.label_smoothing = 0.25, .class_weights = classes}, loss_numbers,
    cross_entropy_both_value, cross_entropy_both_gradient);
  f("focal", Focal{}, loss_numbers, focal_value, focal_gradient);
  f("focal with classes", Focal{.gamma = 0.5, .class_weights = classes}, loss_numbers, focal_classes_value,
    focal_classes_gradient);
  f("MSE", MSE{}, loss_numbers, mse_value, mse_gradient);
  f("MAE", MAE{}, loss_numbers, mae_value, mae_gradient);
  f("Huber", Huber{.delta = 0.75}, loss_numbers, huber_value, huber_gradient);
  f("quantile", Quantile{.level = 0.9}, loss_numbers, quantile_value, quantile_gradient);
  f("KL", KLDivergence{}, loss_shares, kl_value, kl_gradient);
  f("cosine", CosineEmbedding{}, loss_numbers, cosine_value, cosine_gradient);
  f("BCE", BinaryCrossEntropy{}, loss_flags, bce_value, bce_gradient);
}

}  // namespace

TEST_CASE("every loss has PyTorch's value and gradient") {
  each_loss([](const char* what, const auto& loss, const float* numbers, double value, const double* gradient) {
    compare<float>(what, AnyLoss(loss), numbers, value, gradient, 1e-5);
    // PyTorch saw the decimal numbers, we see them rounded to float: that is what limits the agreement
    compare<double>(what, loss, numbers, value, gradient, 1e-6);
  });
}

TEST_CASE("the gradient of every loss agrees with finite differences") {
  each_loss([](const char* what, const auto& loss, const float* numbers, double, const double*) {
    CAPTURE(what);
    std::vector<double> z(std::begin(reference::loss_z), std::end(reference::loss_z)), dz(z.size());
    const LossTargets t = targets<double>(numbers);
    const auto value = [&] { return loss(Rows<const double>(z.data(), rows, width), t, no_gradient); };
    loss(Rows<const double>(z.data(), rows, width), t, Rows<double>(dz.data(), rows, width));
    for (std::size_t i = 0; i < z.size(); ++i) {
      const double h = 1e-5, at = z[i];
      z[i] = at + h;
      const double above = value();
      z[i] = at - h;
      const double below = value();
      z[i] = at;
      CHECK(agrees(dz[i], (above - below) / (2 * h), 1e-6));
    }
  });
}

TEST_CASE("the chunks of every loss add up to the batch, and dz may be z") {
  each_loss([](const char* what, const auto& loss, const float* numbers, double, const double*) {
    CAPTURE(what);
    std::vector<double> z(std::begin(reference::loss_z), std::end(reference::loss_z)), whole(z.size());
    LossTargets t = targets<double>(numbers);
    const double value = loss(Rows<const double>(z.data(), rows, width), t, Rows<double>(whole.data(), rows, width));
    t.total_weight = AnyLoss(loss).total(t, rows);
    double sum = 0;
    for (const std::ptrdiff_t first : {0, 2, 4}) {
      const Rows<double> part(z.data() + first * width, 2, width);
      sum += loss(Rows<const double>(part), t.slice(first, 2, rows), part);
    }
    CHECK(sum == doctest::Approx(value).epsilon(1e-13));
    for (std::size_t i = 0; i < z.size(); ++i) CHECK(z[i] == doctest::Approx(whole[i]).epsilon(1e-13));
  });
}

TEST_CASE("a row of weight 0 costs nothing and a NaN output makes every loss NaN") {
  each_loss([](const char* what, const auto& loss, const float* numbers, double, const double*) {
    CAPTURE(what);
    std::vector<float> z(std::begin(reference::loss_z), std::end(reference::loss_z)), dz(z.size(), 9.0f),
        weight(rows, 1.0f);
    z[7] = NAN;
    LossTargets t = targets<float>(numbers);
    t.weight = weight;
    const auto value = [&] {
      return loss(Rows<const float>(z.data(), rows, width), t, Rows<float>(dz.data(), rows, width));
    };
    CHECK(std::isnan(value()));
    weight[1] = 0;
    CHECK(std::isfinite(value()));
    for (std::size_t k = 5; k < 10; ++k) CHECK(dz[k] == 0);
  });
}

TEST_CASE("huge logits overflow nowhere") {
  const float z[] = {1e4f, -1e4f}, y[] = {0, 1};
  float dz[2];
  const LossTargets t{.numbers = {y, 1, 2}};
  CHECK(BinaryCrossEntropy{}(Rows<const float>(z, 1, 2), t, Rows<float>(dz, 1, 2)) == doctest::Approx(1e4));
  CHECK(dz[0] == 0.5f);
  CHECK(dz[1] == -0.5f);
  const std::int32_t label[] = {0};
  CHECK(Focal{.gamma = 0.5}(Rows<const float>(z, 1, 2), {.labels = label}, Rows<float>(dz, 1, 2)) == 0);
  CHECK(dz[0] == 0);
  CHECK(dz[1] == 0);
}

TEST_CASE("options of losses that make no sense are refused by name") {
  const auto said = [](const AnyLoss& loss) { return message_of<DataError>([&] { loss.check(3); }); };
  CHECK(said(CrossEntropy{.label_smoothing = 1}) == "label_smoothing: expected 0 or more, below 1, got 1");
  CHECK(said(CrossEntropy{.class_weights = {1, 2}}) == "class_weights: expected 3 of them, got 2");
  CHECK(said(Focal{.class_weights = {1, 2, 0}}) == "class_weights: expected positive numbers, got 0");
  CHECK(said(Focal{.gamma = -1}) == "gamma: expected 0 or more, got -1");
  CHECK(said(Huber{.delta = 0}) == "delta: expected a positive number, got 0");
  CHECK(said(Quantile{.level = 1}) == "level: expected a number between 0 and 1, got 1");
  AnyLoss{}.check(3);
}

TEST_CASE("a loss of flags is refused for numbers and the other way round") {
  CHECK(AnyLoss{}.for_targets<Flags<2>>().name() == "binary cross-entropy");
  CHECK(message_of<DataError>([] { AnyLoss(BinaryCrossEntropy{}).for_targets<Real>(); }) ==
        "the loss binary cross-entropy is for flags, the targets are numbers");
  CHECK(message_of<DataError>([] { AnyLoss(MAE{}).for_targets<Flags<2>>(); }) ==
        "the loss MAE is for numbers, the targets are flags");
  CHECK(AnyLoss(KLDivergence{}).distribution());
}

// SPDX-License-Identifier: Apache-2.0
#include <tutti/measure/any_loss.hpp>

#include <doctest/doctest.h>
#include <measure/judging.hpp>

using namespace tutti;

namespace {

/// A loss of a user's own, with an option: quadratic near 0, linear beyond `delta`.
struct OwnHuber {
  static constexpr const char* name = "Huber";
  static constexpr bool labels = false;
  double delta = 1;

  template <class T>
  double operator()(Rows<const std::type_identity_t<T>> z, const LossTargets& t, Rows<T> dz) const {
    double sum = 0;
    for (std::ptrdiff_t i = 0; i < z.size(); ++i) {
      const double e = static_cast<double>(z[i]) - static_cast<double>(t.numbers[i]), a = std::abs(e);
      sum += a <= delta ? e * e / 2 : delta * (a - delta / 2);
      if (dz.data()) dz[i] = static_cast<T>(std::clamp(e, -delta, delta) / static_cast<double>(z.size()));
    }
    return sum / static_cast<double>(z.size());
  }
};

struct Options {
  int epochs = 3;
  AnyLoss loss{};
};
constexpr Options constant{.loss = OwnHuber{0.5}};
static_assert(constant.loss && !Options{}.loss);
static_assert(std::is_trivially_copyable_v<AnyLoss>);

const float z[] = {1, 2}, y[] = {1, 5};
const std::int32_t label[] = {1};

}  // namespace

TEST_CASE("an options field takes any loss with its options") {
  float dz[2];
  CHECK(constant.loss(Rows<const float>(z, 2, 1), {.numbers = {y, 2, 1}}, Rows<float>(dz, 2, 1)) ==
        doctest::Approx(0.5 * 2.75 / 2));
  CHECK(dz[0] == 0);
  CHECK(dz[1] == -0.25f);
  CHECK(constant.loss.name() == "Huber");
}

TEST_CASE("an empty loss is cross-entropy for labels and the mean squared error for numbers") {
  const AnyLoss for_labels = AnyLoss{}.for_targets<Label<3>>(), for_numbers = AnyLoss{}.for_targets<Real>();
  CHECK(for_labels.name() == "cross-entropy");
  CHECK(for_numbers.name() == "MSE");
  CHECK(for_labels(Rows<const float>(z, 1, 2), {.labels = label}, Rows<float>()) ==
        CrossEntropy{}(Rows<const float>(z, 1, 2), {.labels = label}, Rows<float>()));
  CHECK(for_numbers(Rows<const float>(z, 2, 1), {.numbers = {y, 2, 1}}, Rows<float>()) == 4.5);
}

TEST_CASE("a loss for the other kind of target is refused by name") {
  CHECK(AnyLoss(MSE{}).for_targets<Real>().name() == "MSE");
  CHECK(message_of<DataError>([] { AnyLoss(MSE{}).for_targets<Label<3>>(); }) ==
        "the loss MSE is for numbers, the targets are labels");
  CHECK(message_of<DataError>([] { AnyLoss(CrossEntropy{}).for_targets<Real>(); }) ==
        "the loss cross-entropy is for labels, the targets are numbers");
}

// SPDX-License-Identifier: Apache-2.0
// A net that learns from mixed rows.
#include <tutti/core/file.hpp>
#include <tutti/layer.hpp>
#include <tutti/model/network_fit.hpp>
#include <tutti/train.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "../thrown_by.hpp"

using namespace tutti;

namespace {

/// Is the upper half of the picture the lighter one?
template <class Y = Label<2>>
Dataset<Image<1, 6, 6>, Y> pictures(int n) {
  Random random(5);
  Buffer<std::uint8_t> x;
  Buffer<typename Y::Element> y;
  for (int i = 0; i < n; ++i) {
    const bool upper = random.below(2) == 0;
    for (int p = 0; p < 36; ++p) x.push_back(static_cast<std::uint8_t>(random.below(120) + ((p < 18) == upper ? 100 : 0)));
    y.push_back(static_cast<typename Y::Element>(upper));
  }
  return {DenseStorage<std::uint8_t>(36, std::move(x)), std::move(y)};
}
template <class Model, class Data>
double share_right(const Model& model, const Data& data) {
  double right = 0;
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) right += model.predict(data.x(i)) == data.y(i);
  return right / static_cast<double>(data.rows());
}
using Plain = Cascade<Conv<4, 3>, ReLU, Dense<>>;
using Coupled = Cascade<Conv<4, 3>, BatchNorm, ReLU, Dropout, Dense<>>;

}  // namespace

TEST_CASE("an alpha of 0 gives the bytes of a net without mixing, any other alpha does not") {
  const auto data = pictures(70);
  const auto bytes = [&](const AnyMixing& mix) { return to_bytes(fit(Network{Plain{}, {.epochs = 3, .mix = mix}}, data)); };
  CHECK(bytes(Mixup{.alpha = 0}) == bytes({}));
  CHECK(bytes(CutMix{.alpha = 0}) == bytes({}));
  CHECK(bytes(Mixup{}) != bytes({}));
  CHECK(bytes(CutMix{}) != bytes({}));
  CHECK(bytes(CutMix{}) != bytes(Mixup{}));
}

TEST_CASE("nets learn from mixed rows, with the same bits on any number of threads") {
  const auto data = pictures(150);
  const auto learns = [&](const auto& net, const AnyMixing& mix) {
    const Network spec{net, {.epochs = 30, .batch = 50, .mix = mix}};
    const auto model = fit(spec, data, {.seed = 2, .threads = 1});
    CHECK(share_right(model, data) > 0.95);
    CHECK(to_bytes(fit(spec, data, {.seed = 2, .threads = 5})) == to_bytes(model));
  };
  learns(Plain{}, Mixup{.alpha = 1});
  learns(Plain{}, CutMix{});
  learns(Coupled{}, Mixup{.alpha = 1});
  learns(Coupled{}, CutMix{});
}

TEST_CASE("numbers are mixed as labels are") {
  const auto data = pictures<Real>(150);
  const auto model = fit(Network{Plain{}, {.epochs = 60, .mix = Mixup{}}}, data);
  double error = 0;
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i)
    error += std::abs(static_cast<double>(float(model.predict(data.x(i)))) - static_cast<double>(data.target(i)[0])) / 150;
  CHECK(error < 0.2);
}

TEST_CASE("a mixing of one's own is a struct") {
  struct Half {  // always half and half
    double alpha = 1;
    static bool suits(const Shape&) { return true; }
    Mixup::Drawn draw(const Shape&, Random) const { return {0.5}; }
  };
  CHECK(share_right(fit(Network{Plain{}, {.epochs = 30, .mix = Half{}}}, pictures(100)), pictures(100)) > 0.9);
}

TEST_CASE("CutMix of what is no image is refused") {
  const Dataset<Row<2>, Label<2>> rows(DenseStorage<float>(2, {0, 1, 1, 0}), {0, 1});
  CHECK(thrown_by<FitError>([&] { fit(Network{Cascade<Dense<>>{}, {.mix = CutMix{}}}, rows); }) ==
        "Network: mix: expected images for CutMix, numbers for Mixup; rank, got 1");
}

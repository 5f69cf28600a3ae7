// SPDX-License-Identifier: Apache-2.0
#include "finite_differences.hpp"

#include <tutti/layer.hpp>

using namespace tutti;
using namespace tutti::testing;

namespace {

/// In training rows change, in prediction they do not, and no cut of the batch matters.
template <class L, Shape S>
void check_augmentation(const L& layer = {}) {
  INFO(type_name<L>());
  Bench<L, Known<S>> bench(layer, Known<S>{}, 8);
  CHECK(gradient_error(bench) <= 1e-6);
  bench.value();
  CHECK(bench.y != bench.x);
  const auto y = bench.y;
  const std::ptrdiff_t width = bench.node.in().size();
  auto part = bench.pass(true);
  part.first_row = 5;
  Buffer<double> last(static_cast<std::size_t>(3 * width));
  bench.node.forward(bench.input().slice(5, 3), Rows<double>(last.data(), 3, static_cast<int>(width)), part);
  CHECK(std::equal(last.begin(), last.end(), y.begin() + 5 * width));

  bench.node.forward(bench.input(), bench.output(), bench.pass(false));
  CHECK(bench.y == bench.x);
  bench.random = Random(99);
  bench.value();
  CHECK(bench.y != y);
}

}  // namespace

TEST_CASE("augmentations change rows in training alone, by numbers of their own, and have the right gradients") {
  check_augmentation<RandomFlip, shape(2, 5, 4)>();
  check_augmentation<RandomFlip, shape(2, 5, 4)>({.horizontal = 0, .vertical = 0.5f});
  check_augmentation<RandomCrop<2>, shape(2, 5, 4)>();
  check_augmentation<RandomAffine, shape(2, 6, 7)>();
  check_augmentation<RandomAffine, shape(1, 5, 5)>({.degrees = 180, .scale = 0.5f, .translate = 0.5f});
  check_augmentation<Cutout<3>, shape(2, 6, 5)>();
  check_augmentation<ColorJitter, shape(3, 4, 4)>();
  check_augmentation<Jitter, shape(7)>({.noise = 0.1f, .scaling = 0.2f});
  check_open<Cascade<RandomCrop<1>, RandomFlip, RandomAffine, Cutout<2>, ColorJitter, Jitter, Dense<3>>, shape(2, 5, 6)>();
}

TEST_CASE("a flip comes as often as it is asked for") {
  using In = Known<shape(1, 1, 2)>;
  Bench<RandomFlip, In> bench({.horizontal = 0.25f}, In{}, 4000);
  bench.value();
  int flipped = 0;
  for (std::size_t r = 0; r < 4000; ++r) flipped += bench.y[2 * r] != bench.x[2 * r];
  CHECK(flipped > 1000 - 4 * 28);  // four standard deviations
  CHECK(flipped < 1000 + 4 * 28);
}

TEST_CASE("a crop moves to every place equally often") {
  using In = Known<shape(1, 3, 3)>;
  Bench<RandomCrop<1>, In> bench({}, In{}, 9000);
  for (std::size_t i = 0; i < bench.x.size(); ++i) bench.x[i] = i % 9 == 4 ? 1 : 0;  // a bright centre
  bench.value();
  std::array<int, 9> seen{};
  for (std::size_t i = 0; i < bench.y.size(); ++i) seen[i % 9] += bench.y[i] == 1;
  for (const int n : seen) {
    CHECK(n > 1000 - 4 * 30);
    CHECK(n < 1000 + 4 * 30);
  }
}

TEST_CASE("augmentations are for images") {
  CHECK_FALSE(trace<RandomFlip>(shape(12)).fits);
  CHECK_FALSE(trace<Cutout<3>>(shape(12)).fits);
  CHECK(trace<Jitter>(shape(12)).fits);
}

// SPDX-License-Identifier: Apache-2.0
#include <tutti/model/cart_search.hpp>
#include <tutti/model/class_sums.hpp>
#include <tutti/model/number_sums.hpp>

#include <doctest/doctest.h>

#include <limits>
#include <utility>
#include <vector>

using namespace tutti;

namespace {

constexpr std::uint32_t rows = 90;
constexpr int width = 9;

/// Columns of few numbers and of many, infinities among them; NaN in every third, one column of NaN and a single number.
OrderedColumns columns_of(Random random, bool some_missing) {
  OrderedColumns on{.splits = Buffer<std::uint8_t>(width, 1), .missing = Buffer<std::uint8_t>(width), .rows = rows};
  for (std::uint32_t i = 0; i < rows * width; ++i) {
    const std::uint32_t j = i % width;
    float v = j % 2 == 0 ? static_cast<float>(random.below(4)) : random.uniform();
    if (j == 5 && random.below(9) == 0) v = std::numeric_limits<float>::infinity();
    if (some_missing && j == 7) v = 3;
    if (some_missing && j % 3 == 1 && random.below(4) == 0) {
      v = std::numeric_limits<float>::quiet_NaN();
      on.missing[j] = 1;
    }
    on.codes.push_back(ordered_bits(v));
  }
  return on;
}

template <class Sums> void check_same(const SplitColumns& columns, const Sums& sums, const std::vector<typename Sums::Item>& all, Random random) {
  for (std::size_t n : {2, 3, 5, 17, 63, 64, 65, 90})
    for (const double least : {1.0, 4.0})
      for (std::size_t tried = 1; tried <= 8; ++tried) {
        const std::span<const typename Sums::Item> items(all.data() + (all.size() - n), n);
        std::vector<std::int32_t> drawn;
        for (std::size_t k = 0; k < tried; ++k) drawn.push_back(static_cast<std::int32_t>((n + k) % width));
        CartSearch<Sums> together(columns, sums, {.min_rows = least}), apart(columns, sums, {.min_rows = least});
        together.start(items);
        apart.start(items);
        CartSplit a, b;
        Random of_a = random.stream(n * 8 + tried), of_b = of_a;
        const unsigned differ = together.random_thresholds(drawn, items, of_a, a);
        unsigned expected = 0;
        for (std::size_t k = 0; k < tried; ++k) expected |= unsigned{apart.random_threshold(drawn[k], items, of_b, b)} << k;
        CHECK(differ == expected);
        CHECK(a.column == b.column);
        CHECK(a.left == b.left);
        CHECK(a.threshold == b.threshold);
        CHECK(a.missing_left == b.missing_left);
        CHECK(a.score == doctest::Approx(b.score).epsilon(1e-13));
        CHECK(of_a() == of_b());  // both drew as often
        for (const std::int32_t j : drawn) {
          const auto [code, step] = together.codes(j, items);
          for (std::size_t i = 0; i < n; ++i) {
            const std::uint32_t* const own = code + i * step;
            std::uint32_t read;
            columns.read(j, items.subspan(i, 1), &read);
            CHECK(*own == read);
          }
        }
      }
}

}  // namespace

TEST_CASE("thresholds drawn for several columns side by side are those drawn for one after the other, NaN on either side") {
  for (const bool some_missing : {false, true}) {
    Random random(7);
    const OrderedColumns on = columns_of(random.stream("columns"), some_missing);
    const SplitColumns columns(on);
    for (const int classes : {2, 5})
      for (const bool unit : {true, false})
        for (const bool entropy : {false, true}) {
          std::vector<ClassSums::Item> items;
          for (std::uint32_t i = 0; i < rows; ++i)
            items.push_back({i, static_cast<std::int32_t>(random.below(static_cast<std::uint32_t>(classes))), unit ? 1.0f : 0.5f + random.uniform()});
          check_same(columns, ClassSums(classes, entropy, unit), items, random);
        }
    for (const bool poisson : {false, true}) {
      std::vector<NumberSums::Item> items;
      for (std::uint32_t i = 0; i < rows; ++i) items.push_back({i, 0.1f + random.uniform(), 0.5f + random.uniform()});
      check_same(columns, NumberSums(poisson, poisson ? 0.0f : 0.5f), items, random);
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
// What the tests of the transforms have in common.
#pragma once
#include "../reference/transforms.hpp"
#include "../thrown_by.hpp"
#include "linear_data.hpp"

#include <tutti/core/archive.hpp>
#include <tutti/core/context.hpp>
#include <tutti/core/kinds.hpp>
#include <tutti/kernel/parallel.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstring>

namespace transforms {

using namespace linear;
using Numbers = Dataset<Row<Dynamic>, Nothing>;

inline Numbers table(int width, std::span<const float> x, std::vector<float> weight = {},
                   Buffer<Column> columns = {}) {
  return Numbers(std::make_shared<const Row<Dynamic>::Storage>(width, Buffer<float>(x.begin(), x.end())), {},
               SideColumns{std::move(weight), {}, {}, {}}, Schema{std::move(columns), {}, {}});
}
/// The inputs of the reference: 37 rows of 4 columns, whole or with holes; 6 rows of 5 degenerate columns.
inline Numbers full() { return table(4, reference::full); }
inline Numbers holes() { return table(4, reference::holes); }
inline Numbers weighted() {
  return table(4, reference::holes, {std::begin(reference::copies), std::end(reference::copies)});
}
inline Numbers odd() { return table(5, reference::odd); }

/// What the fitted transform makes of all rows, in T.
template <class T = double, class Model, class X, class Y>
std::vector<T> made_of(const Model& model, const Dataset<X, Y>& data) {
  const auto width = static_cast<std::size_t>(model.width());
  std::vector<T> all(static_cast<std::size_t>(data.rows()) * width);
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i)
    model.transform(data.x(i), all.data() + static_cast<std::size_t>(i) * width);
  return all;
}
template <class T = double, class Spec, class X, class Y>
std::vector<T> fitted_to(const Spec& spec, const Dataset<X, Y>& data) {
  return made_of<T>(spec.fit(data, Context{}), data);
}

/// Checks that two lists are equal to 1e-9 of their values (of 1 where they are smaller), NaN at the same places.
void check_close(const std::vector<double>& got, const auto& expected) {
  REQUIRE(got.size() == std::size(expected));
  for (std::size_t i = 0; i < got.size(); ++i) {
    const auto e = static_cast<double>(expected[i]);
    INFO("number ", i);
    if (std::isnan(e)) CHECK(std::isnan(got[i]));
    else CHECK(std::abs(got[i] - e) <= 1e-9 * std::max(1.0, std::abs(e)));
  }
}

template <class Model> Buffer<std::byte> bytes_of(const Model& model) {
  Writer out;
  out("model", model);
  return out.bytes();
}

/// Checks that what is loaded makes the same bits, and that 1 and 7 threads fit the same.
template <class Spec, class X, class Y> void check_kept(const Spec& spec, const Dataset<X, Y>& data) {
  const auto fit = [&](int threads) {
    return parallel::with_threads(threads, [&] { return spec.fit(data, Context{}); });
  };
  const auto model = fit(1);
  const Buffer<std::byte> bytes = bytes_of(model);
  CHECK(bytes_of(fit(7)) == bytes);
  auto again = decltype(fit(1)){};
  Reader reader(bytes);
  reader("model", again);
  again.check_extents(data.width(), again.width());
  const auto a = made_of<float>(model, data), b = made_of<float>(again, data);
  REQUIRE(a.size() == b.size());
  CHECK(std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0);
  CHECK_THROWS_AS(again.check_extents(data.width() + 1, again.width()), FileError);
}

}  // namespace transforms

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/finite_rows.hpp>
#include <tutti/model/knn.hpp>
#include <tutti/model/moments.hpp>
#include <tutti/model/neighbour_index_fit.hpp>

#include <cmath>
#include <limits>

namespace tutti {
namespace detail {

/// Minkowski's distances that have a name have a faster sum.
[[gnu::cold]] inline RowDistance row_distance(Distance distance, float p) {
  if (distance == Distance::minkowski && p == 1) distance = Distance::manhattan;
  if (distance == Distance::minkowski && p == 2) distance = Distance::euclidean;
  if (distance == Distance::minkowski && std::isinf(p)) distance = Distance::chebyshev;
  return {distance, static_cast<double>(p)};
}

/// The rows of positive weight, and which they are.
struct KeptRows {
  Buffer<float> x{}, weight{};  // no weights where all are 1
  Buffer<std::ptrdiff_t> row{};
};
[[gnu::cold]] inline KeptRows kept_rows(const RowSource& x, bool with_numbers) {
  KeptRows kept;
  bool weighted = false;
  if (with_numbers) kept.x.reserve(static_cast<std::size_t>(x.rows * x.width));
  for (std::ptrdiff_t i = 0; i < x.rows; ++i) {
    const double w = x.weight[static_cast<std::size_t>(i)];
    if (!(w > 0)) continue;
    weighted = weighted || w != 1;
    kept.row.push_back(i);
    kept.weight.push_back(static_cast<float>(w));
    if (!with_numbers) continue;
    kept.x.resize(kept.x.size() + static_cast<std::size_t>(x.width));
    x.read(i, kept.x.end() - x.width);
  }
  if (!weighted) kept.weight.clear();
  return kept;
}

}  // namespace detail

template <class X, class Y> KNN::Model<X, Y> KNN::fit(const Dataset<X, Y>& data, Context context) const {
  const auto expect = [&](bool condition, std::initializer_list<Word> reason) {
    detail::fit_check(condition, context.path(), "KNN", reason);
  };
  expect(distance != Distance::minkowski || p >= 1, {"expected p >= 1, got ", p});
  const RowSource x = row_source(data);
  const RowDistance measured = detail::row_distance(distance, p);
  bool in_place = x.numbers != nullptr && !searched_in_blocks(x.rows, x.width, measured, tree_columns);
  for (const double w : x.weight) in_place = in_place && w > 0;
  detail::KeptRows kept = detail::kept_rows(x, !in_place);
  const auto holds_no_number = [&] {  // of a row that counts
    if (in_place) return data.template shared_of_inputs<detail::FirstMissing>(0, [&] { return detail::first_missing(data); })->row >= 0;
    float zero = 0;  // unless a number is not finite
    for (const float v : kept.x) zero += 0 * v;
    return zero != 0;
  };
  const std::ptrdiff_t rows = std::ssize(kept.row);
  if (rows == 0 || holds_no_number()) detail::checked_moments(x, context.path(), "KNN", {.variance = false});  // says what and where
  expect(neighbours >= 1 && neighbours <= rows,
         {"expected 1 to ", rows, " neighbours, as many as rows of positive weight, got ", neighbours});
  Model<X, Y> model;
  for (const std::ptrdiff_t i : kept.row)
    for (const auto target : data.target(i)) {
      if constexpr (std::is_floating_point_v<typename Y::Element>)
        expect(std::isfinite(target), {"expected finite targets, got ", target, " in row ", i});
      model.targets.push_back(target);
    }
  if constexpr (std::is_same_v<typename X::Storage, DenseStorage<float>>)
    if (in_place) {
      model.index = {.width = x.width, .rows = static_cast<std::uint32_t>(rows), .distance = measured};
      model.index.shared = std::shared_ptr<const float>(data.storage(), x.numbers);  // no copy: rows of a dataset never change
    }
  if (!in_place) model.index = neighbour_index(std::move(kept.x), data.width(), measured, tree_columns);
  model.weight = std::move(kept.weight);
  model.neighbours = neighbours;
  model.outputs_of_row = data.outputs();
  model.by_distance = by_distance;
  return model;
}

}  // namespace tutti

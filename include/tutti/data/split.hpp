// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/folds.hpp>

#include <array>
#include <cmath>
#include <tuple>

namespace tutti {

/// One part to learn from, one to judge on. Rows of one group or id, and repeats of a row, stay together.
struct Holdout {
  float test = 0.25f;      // the share of the rows to judge on
  bool stratified = true;  // both sides have the classes in the proportions of the whole
  bool forward = false;    // the latest rows are judged on
  std::uint64_t seed = 0;
};

/// Three parts: to learn from, to choose by, to judge on; the shares add up to 1.
struct Parts {
  float train = 0.7f, valid = 0.15f, test = 0.15f;
  bool stratified = true;
  bool forward = false;  // in the order of time: train, valid, test
  std::uint64_t seed = 0;
};

/// `const auto [train, test] = split(data, Holdout{.test = 0.25f, .seed = 1});`
/// Errors   DataError when the share is not between 0 and 1, or a side would be empty.
template <class X, class Y>
std::pair<Dataset<X, Y>, Dataset<X, Y>> split(const Dataset<X, Y>& data, const Holdout& how = {}) {
  const auto sides = hold_out(data, how.test, how.stratified, how.forward, Random(how.seed).stream("split"));
  return {data.subset(sides.first), data.subset(sides.second)};
}

/// `const auto [train, valid, test] = split(data, Parts{.train = 0.7f, .valid = 0.15f, .test = 0.15f});`
/// Errors   DataError when a share is not positive, they do not add up to 1, or a part would be empty.
template <class X, class Y>
std::tuple<Dataset<X, Y>, Dataset<X, Y>, Dataset<X, Y>> split(const Dataset<X, Y>& data, const Parts& how) {
  const Buffer<double> share{how.train, how.valid, how.test};
  for (const double s : share) check(s > 0 && s < 1, "split: expected shares between 0 and 1", s);
  const double sum = share[0] + share[1] + share[2];
  check(std::abs(sum - 1) < 1e-4, "split: expected shares that add up to 1", sum);
  const Buffer<int> part =
      how.forward ? detail::cut_by_time(data, share)
                  : detail::deal(data, share, how.stratified, Random(how.seed).stream("split"));
  std::array<Buffer<RowIndex>, 3> rows;
  for (std::size_t i = 0; i < part.size(); ++i)
    rows[static_cast<std::size_t>(part[i])].push_back(static_cast<RowIndex>(i));
  constexpr const char* names[] = {"train", "valid", "test"};
  for (std::size_t p = 0; p < rows.size(); ++p)
    if (rows[p].empty())
      throw DataError(detail::joined(
          {"split: expected rows for the part ", names[p], ", got ", data.rows(), " rows in all"}));
  return {data.subset(rows[0]), data.subset(rows[1]), data.subset(rows[2])};
}

}  // namespace tutti

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/dataset.hpp>
#include <tutti/data/series_file.hpp>

#include <concepts>
#include <limits>
#include <string>
#include <type_traits>
#include <utility>

namespace tutti {

namespace detail {

/// (dimension, step) as it stands in the file becomes (step, dimension), all rows of `steps` steps.
template <class T> Buffer<T> series_values(const SeriesFile& file, std::size_t steps) {
  const auto width = static_cast<std::size_t>(file.dimensions());
  Buffer<T> out(file.length.size() * steps * width, std::numeric_limits<T>::quiet_NaN());
  const double* from = file.values.data();
  T* to = out.data();
  for (std::size_t i = 0; i < file.length.size(); ++i, to += steps * width) {
    const auto n = static_cast<std::size_t>(file.length[i]);
    for (std::size_t d = 0; d < width; ++d, from += n)
      for (std::size_t t = 0; t < n && t < steps; ++t) to[t * width + d] = static_cast<T>(from[t]);
  }
  return out;
}

template <class X, class Y>
Dataset<X, Y> read_ts(const std::string& path, const Schema* known, const SeriesOptions& options) {
  using T = typename X::Element;
  static_assert(std::is_same_v<typename X::Storage, DenseStorage<T>> && X::shape.rank == 2 &&
                    std::is_floating_point_v<T>,
                "read_ts reads sequences of floating-point numbers");
  static_assert(is_single_target<Y>, "read_ts reads the targets Label, Real and Nothing");
  SeriesFile file(path, file_target<Y>(), Y::outputs, X::shape[1], known, options.limit);
  const int steps = file.common_length(X::shape[0], options);
  Buffer<typename Y::Element> targets;
  if constexpr (Y::is_label) targets = std::move(file.labels);
  else if constexpr (std::is_same_v<Y, Real>) targets = std::move(file.numbers);
  if constexpr (!Y::is_label) file.schema.classes.clear();
  return Dataset<X, Y>(
      typename X::Storage(steps * file.dimensions(), series_values<T>(file, static_cast<std::size_t>(steps))),
      std::move(targets), {}, std::move(file.schema));
}

}  // namespace detail

/// Reads time series in the format of sktime and the UEA archive, plain or .gz:
/// `read_ts<Sequence<float, Dynamic, 6>, Label<4>>("BasicMotions_TRAIN.ts")`. Classes are those that the header lists, in
/// its order; with @targetLabel the target is a Real. A missing value, ? or NaN, is NaN, and so is all behind the end of a
/// series that is shorter than its row.
/// Shapes   (Length, Width): Length steps (Dynamic: .length, or as many as the longest series has) of Width dimensions.
/// Cost     one pass; the text, its numbers as double, and the rows in memory.
/// Errors   DataError `path:line:column: ...` for what is no number or no class of the header, for a dimension of another
///          length, time stamps; `path:line: ...` for a series that is longer than the rows (.cut leaves out its end) or,
///          without .pad, shorter; ShapeError for another number of dimensions or more classes.
template <Input X, Target Y = Nothing>
Dataset<X, Y> read_ts(const std::string& path, const SeriesOptions& options = {}) {
  return detail::read_ts<X, Y>(path, nullptr, options);
}
/// Reads a file with the classes of another: `read_ts<X, Y>(path, train.schema())`.
/// Errors   as above; DataError for a class that the schema does not have.
template <Input X, Target Y = Nothing,
          std::same_as<Schema> Known>  // a template, so that {.length = ...} means options
Dataset<X, Y> read_ts(const std::string& path, const Known& schema, const SeriesOptions& options = {}) {
  return detail::read_ts<X, Y>(path, &schema, options);
}

}  // namespace tutti

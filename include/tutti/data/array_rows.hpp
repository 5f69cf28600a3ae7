// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/dataset.hpp>
#include <tutti/data/array_file.hpp>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <type_traits>

// Datasets from files that hold arrays of numbers: the rows of one are the inputs, those of another the targets.
namespace tutti::detail {

/// True when rows of these extents are rows of X: the same axes, leaving out those of length 1, or one flat
/// axis.
inline bool array_fits(const Shape& file, const Shape& wanted) {
  if (wanted.rank == 1) return wanted.extent[0] == Dynamic || wanted.extent[0] == file.size();
  if (file.rank == 1 && wanted.is_static()) return wanted.size() == file.extent[0];
  if (file.rank == 1 && wanted.extent[0] == Dynamic) {  // a series: as many steps as there are
    Shape steps = wanted;
    steps.extent[0] = file.extent[0] / wanted.known_size();
    return steps.is_static() && steps.size() == file.extent[0];
  }
  int a = 0, b = 0;
  for (;; ++a, ++b) {
    while (a < file.rank && file.extent[a] == 1) ++a;
    while (b < wanted.rank && wanted.extent[b] == 1) ++b;
    if (a == file.rank || b == wanted.rank) return a == file.rank && b == wanted.rank;
    if (wanted.extent[b] != Dynamic && wanted.extent[b] != file.extent[a]) return false;
  }
}

/// Pixels with their channels beside each other become planes.
template <class Element> void to_planes(Buffer<Element>& values, std::size_t pixels, std::size_t channels) {
  Buffer<Element> row(pixels * channels);
  for (std::size_t r = 0; r < values.size(); r += row.size()) {
    for (std::size_t p = 0; p < pixels; ++p)
      for (std::size_t c = 0; c < channels; ++c) row[c * pixels + p] = values[r + p * channels + c];
    std::memcpy(values.data() + r, row.data(), row.size() * sizeof(Element));
  }
}

/// The shape of the rows in memory.
/// Errors   ShapeError when it is not that of X.
[[gnu::cold]] inline Shape array_shape(const ArrayFile& file, Layout layout, const Shape& wanted) {
  Shape s = file.extents();
  if (layout == HWC && s.rank == 3) s = shape(s[2], s[0], s[1]);
  if (!array_fits(s, wanted))
    throw ShapeError(
        joined({file.path(), ": expected rows of shape ", to_string(wanted), ", got ", to_string(s)}));
  return s;
}

/// The values of all rows, planar.
template <class X> typename X::Storage array_rows(ArrayFile& file, Layout layout) {
  using Element = typename X::Element;
  static_assert(std::is_same_v<typename X::Storage, DenseStorage<Element>>,
                "arrays are read as rows, images and sequences");
  const Shape s = array_shape(file, layout, X::shape);
  Buffer<Element> values = file.values<Element>();
  if (layout == HWC && s.rank == 3)
    to_planes(values, static_cast<std::size_t>(s[1] * s[2]), static_cast<std::size_t>(s[0]));
  return typename X::Storage(s.size(), std::move(values));
}

/// Class names "0", "1", ... for labels that are classes: as many as `classes`, or as there are.
/// Errors   DataError naming file and row of a label that is no class.
[[gnu::cold]] inline ClassNames array_classes(const std::string& path, const Buffer<std::int32_t>& labels,
                                              int classes) {
  if (classes < 0) {
    classes = 1;
    for (const int label : labels)
      classes = std::max(classes, std::min(label, 0xFFFF) + 1);  // more are no classes
  }
  for (std::size_t i = 0; i < labels.size(); ++i)
    if (labels[i] < 0 || labels[i] >= classes)
      fail<DataError>({path, ": row ", i, ": expected a label from 0 to ", classes - 1}, labels[i]);
  ClassNames names;
  for (int k = 0; k < classes; ++k) names.push_back(std::to_string(k));
  return names;
}

/// Errors   DataError naming the files when they differ in rows, or a row of targets has another width.
[[gnu::cold]] inline void check_targets(const ArrayFile& inputs, const ArrayFile& targets, int width,
                                        std::string_view kind) {
  check(targets.rows() == inputs.rows(),
        {targets.path(), ": expected a target for each of the ", inputs.rows(), " rows of ", inputs.path()},
        targets.rows());
  const int got = targets.extents().size();
  check(width == Dynamic || got == width,
        {targets.path(), ": expected rows of ", width, " numbers for ", kind}, got);
}

template <class X, class Y>
Dataset<X, Y> array_dataset(ArrayFile inputs, ArrayFile targets, Layout layout) {
  static_assert(Y::width != 0,
                "targets are read as Label, Real, Reals and Flags; without targets give one file");
  check_targets(inputs, targets, Y::width, type_name<Y>());
  auto values = targets.values<typename Y::Element>();
  Schema schema;
  int outputs = Y::outputs;
  if constexpr (Y::is_label) {
    schema.classes = array_classes(targets.path(), values, Y::outputs);
    outputs = static_cast<int>(schema.classes.size());
  } else {
    if (outputs == Dynamic) outputs = targets.extents().size();
    for (std::size_t i = 0; i < values.size(); ++i)
      if constexpr (is_flags<Y>) {
        if (values[i] > 1) targets.refuse_number(i, values[i], true, "0", "1");
      } else if (!std::isfinite(values[i])) {
        targets.refuse(
            {"row ", i / static_cast<std::size_t>(outputs), ": expected a finite target, got ", values[i]});
      }
  }
  return {std::make_shared<const typename X::Storage>(array_rows<X>(inputs, layout)),
          std::move(values),
          {},
          std::move(schema),
          outputs};
}

}  // namespace tutti::detail

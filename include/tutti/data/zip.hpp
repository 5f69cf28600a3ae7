// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/dataset.hpp>

#include <memory>
#include <tuple>
#include <utility>

namespace tutti {

namespace detail {

/// The storage behind a dataset when it shows all of it in order; else its rows, copied together.
template <class X, class Y>
std::shared_ptr<const typename X::Storage> whole_storage(const Dataset<X, Y>& data) {
  bool whole = data.rows() == data.storage()->size();
  for (std::ptrdiff_t i = 0; whole && i < data.rows(); ++i) whole = data.position(i) == i;
  if (whole) return data.storage();
  if constexpr (is_table<X> || is_text<X>) {
    Buffer<RowIndex> rows;
    for (std::ptrdiff_t i = 0; i < data.rows(); ++i) rows.push_back(static_cast<RowIndex>(data.position(i)));
    return std::make_shared<const typename X::Storage>(data.storage()->subset(rows));
  } else {
  static_assert(std::is_same_v<typename X::Storage, DenseStorage<typename X::Element>>,
                "zip joins rows, images, tables and texts");
  Buffer<typename X::Element> values(static_cast<std::size_t>(data.rows() * data.width()));
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) data.x(i).copy_to(values.data() + i * data.width());
  return std::make_shared<const typename X::Storage>(data.width(), std::move(values));
  }
}

template <class X, class Y> SideColumns side_of(const Dataset<X, Y>& data) {
  SideColumns side;
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) {
    if (data.has_weights()) side.weight.push_back(data.weight(i));
    if (data.has_groups()) side.group.push_back(data.group(i));
    if (data.has_times()) side.time.push_back(data.time(i));
    if (data.has_ids()) side.id.push_back(data.id(i));
  }
  return side;
}

/// Column names of the record: those of its parts; the numbers of a part without names are called part[0],
/// part[1], ... as soon as another part has names. A text is no number and has no column.
template <class... Fields, class... Parts>
Buffer<Column> zipped_columns(std::type_identity<Record<Fields...>>, const Parts&... parts) {
  Buffer<Column> columns;
  const auto has_names = [](const auto& part) { return part.width() > 0 && std::ssize(part.schema().columns) == part.width(); };
  if (!(has_names(parts) || ...)) return columns;
  const auto append = [&](std::string_view field, const auto& part) {
    if (has_names(part)) columns.append(part.schema().columns);
    else
      for (int j = 0; j < part.width(); ++j) columns.push_back({joined({field, "[", j, "]"})});
  };
  (append(Fields::name.view(), parts), ...);
  return columns;
}

template <class... Fields, class... Xs, class... Ys>
auto record_storage(std::type_identity<Record<Fields...>>, const Dataset<Xs, Ys>&... parts) {
  static_assert(sizeof...(Xs) == sizeof...(Fields), "zip takes one dataset for each field of the record");
  static_assert((std::is_same_v<typename Fields::Type, Xs> && ...),
                "the inputs of each dataset are those of its field");
  return std::make_shared<const RecordStorage<Fields...>>(whole_storage(parts)...);
}

}  // namespace detail

/// Joins datasets row by row into records, sharing their storages:
/// `zip<Record<Field<"picture", Image<3, 32, 32>>, Field<"facts", Row<5>>>>(pictures, facts)`.
/// Targets, their schema and the side columns are those of the first dataset that has targets (of the first
/// one, if none has).
/// Cost     no number is copied, unless a dataset is a subset: then its rows are.
/// Errors   DataError when the numbers of rows differ.
template <class R, class... Xs, class... Ys>
  requires(is_record<R>)
auto zip(const Dataset<Xs, Ys>&... parts) {
  constexpr std::size_t n = sizeof...(Xs);
  constexpr std::size_t lead = [] {
    const bool targets[] = {!std::is_same_v<Ys, Nothing>...};
    for (std::size_t p = 0; p < n; ++p)
      if (targets[p]) return p;
    return std::size_t{0};
  }();
  using Y = meta::at<lead, Ys...>;
  const std::ptrdiff_t rows[] = {parts.rows()...};
  check(rows[0] > 0, "zip: expected at least one row in dataset 0", rows[0]);
  for (std::size_t p = 1; p < n; ++p)
    if (rows[p] != rows[0])
      detail::fail<DataError>({"zip: expected ", rows[0], " rows in dataset ", p, ", as in dataset 0"},
                              rows[p]);

  const auto& first = std::get<lead>(std::tie(parts...));
  Buffer<typename Y::Element> targets;
  for (std::ptrdiff_t i = 0; i < first.rows(); ++i)
    targets.append(first.target(i));
  Schema schema{detail::zipped_columns(std::type_identity<R>{}, parts...), first.schema().target,
                first.schema().classes};
  return Dataset<R, Y>(detail::record_storage(std::type_identity<R>{}, parts...), std::move(targets),
                       detail::side_of(first), std::move(schema), first.outputs());
}

}  // namespace tutti

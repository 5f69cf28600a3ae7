// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/model/column_values.hpp>
#include <tutti/model/one_hot.hpp>

namespace tutti {

namespace detail {

/// Which of the values of a column share one output.
inline Buffer<std::uint8_t> infrequent_values(const OneHot& spec, const SortedColumn& column, double rows) {
  Buffer<std::uint8_t> rare(column.size());
  const double share = static_cast<double>(spec.min_frequency), least = share < 1 ? share * rows : share;
  std::size_t left = 1;  // with the shared one
  for (std::size_t k = 0; k < rare.size(); ++k) {
    rare[k] = column.weight(k) < least;
    left += rare[k] == 0;
  }
  if (spec.max_categories > 0 && left > static_cast<std::size_t>(spec.max_categories)) {
    SortKeys keys(rare.size());  // the rarest first, of equals the first
    for (std::size_t k = 0; k < keys.size(); ++k)
      keys[k] = {ordered(column.weight(k)), static_cast<RowIndex>(k)};
    sort_keys(keys);
    for (std::size_t k = 0; k + static_cast<std::size_t>(spec.max_categories) <= keys.size(); ++k)
      rare[keys[k].second] = 1;
  }
  return rare;
}

/// Appends the outputs of one column to the model.
inline void add_encoded(OneHot::Model& m, const OneHot& spec, const SortedColumn& column, double rows) {
  const Buffer<std::uint8_t> rare = infrequent_values(spec, column, rows);
  std::size_t groups = 0, shared = 0;
  for (const std::uint8_t r : rare) (r != 0 ? shared : groups) += 1;
  groups += shared > 0;
  bool drop = spec.drop == Drop::first || (spec.drop == Drop::if_binary && groups == 2);
  for (std::size_t k = 0; k < column.size(); ++k) {
    m.values.push_back(static_cast<float>(column.value[k]));
    if (rare[k] != 0) {
      m.to.push_back(-2);  // the shared output comes last
    } else {
      m.to.push_back(drop ? -1 : m.outputs++);
      drop = false;
    }
  }
  const std::int32_t last = shared == 0 || drop ? -1 : m.outputs++;
  for (std::int32_t& k : m.to)
    if (k == -2) k = last;
  m.infrequent.push_back(last);
  m.other.push_back(shared > 0 ? last : spec.own ? m.outputs++ : -1);
  m.kept.push_back(-1);
}

[[gnu::cold]] inline OneHot::Model fitted_one_hot(const OneHot& spec, const Preparation& on) {
  on.expect(spec.max_categories == 0 || spec.max_categories >= 2,
            {"expected max_categories of 2 or more, or 0, got ", spec.max_categories});
  const bool untold = spec.columns.empty() && std::ssize(on.schema.columns) != on.rows.width;
  const Buffer<std::uint8_t> acts = untold && spec.optional ? Buffer<std::uint8_t>(static_cast<std::size_t>(on.rows.width))
                                                            : on.categories(spec.columns);
  Buffer<SortedColumn> columns(acts.size());
  on.each_sorted(acts, [&](std::size_t j, const SortedColumn& column) { columns[j] = column; });
  OneHot::Model m;
  for (std::size_t j = 0; j < acts.size(); ++j) {
    if (acts[j] != 0) {
      add_encoded(m, spec, columns[j], on.rows.total);
    } else {
      m.kept.push_back(m.outputs++);
      m.other.push_back(-1);
      m.infrequent.push_back(-1);
    }
    m.begin.push_back(static_cast<std::int32_t>(m.values.size()));
  }
  on.expect(m.outputs > 0, {"expected at least one column to be left, got none of ", acts.size()});
  return m;
}

}  // namespace detail

template <class X, class Y>
OneHot::Model OneHot::fit(const Dataset<X, Y>& data, const Context& context) const {
  const RowSource rows = row_source(data);
  return detail::fitted_one_hot(*this, {rows, data.schema(), context.path(), "OneHot"});
}

}  // namespace tutti

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/model/column_values.hpp>
#include <tutti/model/ordinal.hpp>

namespace tutti {

namespace detail {

/// The place of each value of a column; -1: none.
inline Buffer<double> places_of(const Ordinal& spec, const SortedColumn& column, const Column& described) {
  Buffer<double> place(column.size(), -1.0);
  SortKeys keys(column.size());
  for (std::size_t k = 0; k < keys.size(); ++k)
    keys[k] = {spec.order == Order::frequency ? ordered(-column.weight(k)) : static_cast<std::int64_t>(k),
               static_cast<RowIndex>(k)};
  sort_keys(keys);
  for (std::size_t k = 0; k < keys.size(); ++k) {
    if (spec.order != Order::given) place[keys[k].second] = static_cast<double>(k);
    else
      for (std::size_t g = 0; g < spec.given.size(); ++g)
        if (spec.given[g] == value_called(described, static_cast<float>(column.value[k])))
          place[k] = static_cast<double>(g);
  }
  return place;
}

[[gnu::cold]] inline Ordinal::Model fitted_ordinal(const Ordinal& spec, const Preparation& on) {
  on.expect(spec.order != Order::given || !spec.given.empty(),
            {"expected the order of categories in .given"});
  Ordinal::Model m{spec.unseen, on.categories(spec.columns), {}, {}};
  Buffer<Buffer<double>> values(m.acts.size()), places(m.acts.size());
  on.each_sorted(m.acts, [&](std::size_t j, const SortedColumn& column) {
    const Buffer<double> place = places_of(spec, column, on.described(j));
    for (std::size_t k = 0; k < place.size(); ++k)
      if (place[k] >= 0) {
        values[j].push_back(column.value[k]);
        places[j].push_back(place[k]);
      }
  });
  for (std::size_t j = 0; j < values.size(); ++j) {
    m.values.add({values[j].data(), values[j].size()});
    m.places.add({places[j].data(), places[j].size()});
  }
  return m;
}

}  // namespace detail

template <class X, class Y>
Ordinal::Model Ordinal::fit(const Dataset<X, Y>& data, const Context& context) const {
  const RowSource rows = row_source(data);
  return detail::fitted_ordinal(*this, {rows, data.schema(), context.path(), "Ordinal"});
}

}  // namespace tutti

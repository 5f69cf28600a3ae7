// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/model/boost_setup.hpp>
#include <tutti/model/random_columns.hpp>

#include <limits>

namespace tutti {

template <class X, class Y>
RandomColumns::Model RandomColumns::fit(const Dataset<X, Y>& data, const Context& context) const {
  if (!(share > 0 && share <= 1))
    throw FitError(context.path(), detail::joined({"RandomColumns: expected a share above 0 and at most 1, got ", share}));
  Model m{data.width(), detail::draw_columns(data.width(), share, context.random("columns")), {}};
  m.scores.assign(static_cast<std::size_t>(data.width()), std::numeric_limits<double>::quiet_NaN());  // none is judged
  return m;
}

}  // namespace tutti

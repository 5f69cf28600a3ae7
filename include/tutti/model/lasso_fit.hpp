// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/model/elastic_net_fit.hpp>
#include <tutti/model/lasso.hpp>

namespace tutti {

template <class X, class Y> Lasso::Model<X, Y> Lasso::fit(const Dataset<X, Y>& data, Context context) const {
  Model<X, Y> m;
  detail::fit_elastic_net(ElasticNet{lambda, 1, intercept, path, lambdas, iterations, tolerance}, data, context, "Lasso", m);
  return m;
}

}  // namespace tutti

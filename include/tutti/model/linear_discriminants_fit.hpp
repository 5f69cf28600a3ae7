// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/model/lda_fit.hpp>
#include <tutti/model/linear_discriminants.hpp>

namespace tutti {
namespace detail {

/// The first n directions alone.
[[gnu::cold]] inline void keep_components(PrincipalComponents& space, std::size_t n) {
  const std::size_t all = space.scale.size();
  for (std::size_t j = 0; j < space.mean.size(); ++j)
    for (std::size_t k = 0; k < n; ++k) space.directions[j * n + k] = space.directions[j * all + k];
  space.directions.resize(space.mean.size() * n);
  space.scale.resize(n);
  space.variance.resize(n);
  space.ratio.resize(n);
}

}  // namespace detail

template <class X, class Y>
  requires(Y::is_label)
LinearDiscriminants::Model<X, Y> LinearDiscriminants::fit(const Dataset<X, Y>& data, Context context)
const {
  detail::DiscriminantProblem p = detail::discriminant_problem(data);
  p.shrinkage = static_cast<double>(shrinkage);
  p.priors = priors;
  p.path = context.path();
  p.name = "LinearDiscriminants";
  p.expect(components >= 0, {"expected components >= 0, got ", components});
  detail::DiscriminantSpace found = detail::discriminant_space(p);
  const int most = found.space.components();
  p.expect(most >= 1 && components <= most,
           {"expected at most ", most, " discriminants, as many as tell the classes apart, got ", std::max(components, 1)});
  if (components > 0) detail::keep_components(found.space, static_cast<std::size_t>(components));
  Model<X, Y> model;
  static_cast<PrincipalComponents&>(model) = std::move(found.space);
  return model;
}

}  // namespace tutti

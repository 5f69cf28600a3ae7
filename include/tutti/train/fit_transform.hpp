// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/fitted_transform.hpp>
#include <tutti/train/fit.hpp>

namespace tutti {

/// Fits a transform on its own, with or without targets: PCA to look at, KMeans for its clusters. In front of an
/// estimator it belongs into a Cascade, which fits it anew in each fold; rows that were transformed beforehand leak.
/// Errors   at compile time: a transform that does not take these inputs. DataError for data without rows; FitError.
template <Transform Spec, Input X, Target Y>
auto fit(const Spec& spec, const Dataset<X, Y>& data, const FitOptions& options = {}) {
  using Diagnosis = typename decltype(detail::diagnose_transform<Spec, X, Y>())::type;
  static_assert(error::composition_fits<Diagnosis>,
                "this transform does not fit these data: see Mismatch<Where, Gets, Needs>");
  if constexpr (error::composition_fits<Diagnosis>) {
    check(data.rows() > 0, "fit: expected data with at least one row", data.rows());
    const Dataset<X, Y> rows = data.session();
    const Context root(options, detail::short_name<Spec>());
    auto model = parallel::with_threads(options.threads, [&] {
      return detail::named(root, [&] {
        if (!stated_capabilities<Spec>().weights && rows.has_weights()) detail::refuse_weights(root);
        return spec.fit(rows, root);
      });
    });
    return FittedTransform<Spec, X, Y>(std::move(model), KnownRows<X>(data));
  } else {
    return Nothing{};
  }
}

}  // namespace tutti

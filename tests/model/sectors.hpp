// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/dataset.hpp>
#include <tutti/core/random.hpp>
#include <tutti/core/target.hpp>

#include <cmath>
#include <cstdint>
#include <vector>

namespace tutti::testing {

/// Points on a circle: three classes by angle.
inline Dataset<Row<2>, Label<3>> sectors(int n, std::uint64_t seed = 5) {
  Random random(seed);
  Buffer<float> x;
  std::vector<std::int32_t> y;
  for (int i = 0; i < n; ++i) {
    const double angle = 6.28 * random.uniform53();
    x.append({static_cast<float>(std::cos(angle)), static_cast<float>(std::sin(angle))});
    y.push_back(static_cast<std::int32_t>(angle / 6.28 * 3));
  }
  return {DenseStorage<float>(2, std::move(x)), std::move(y)};
}
template <class Model, class Data>
double share_right(const Model& model, const Data& data) {
  double right = 0;
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) right += model.predict(data.x(i)) == data.y(i);
  return right / static_cast<double>(data.rows());
}

}  // namespace tutti::testing

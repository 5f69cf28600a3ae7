// SPDX-License-Identifier: Apache-2.0
// The other source file of the program: trains when the program starts, and ends it where a line is not found again.
#include <tutti/tutti.hpp>

#include <cmath>
#include <cstdlib>

namespace {

const bool learnt = [] {
  const auto line = tutti::dataset<tutti::Row<1>, tutti::Real>(tutti::Buffer<float>{0, 1, 2, 3}, tutti::Buffer<float>{1, 3, 5, 7});
  const float x[] = {10};
  const auto y = static_cast<float>(tutti::fit(tutti::Ridge{.lambda = 0}, line).predict(x));
  if (std::abs(y - 21) > 1e-3f) std::exit(3);
  return true;
}();

}  // namespace

// SPDX-License-Identifier: Apache-2.0
// Prints what it was compiled for and a few outputs.
#include "model.hpp"

#include <cmath>
#include <cstdio>
#include <stdexcept>
#include <vector>

int initialised = 0;

int main() {
  std::vector<float> x(inputs), y(outputs);
  for (int i = 0; i < inputs; ++i) x[static_cast<std::size_t>(i)] = static_cast<float>(i % 17) * 0.05f;
  model_outputs(x.data(), y.data());
  if (model_starts() != 1) return std::printf("%d globals were initialised\n", initialised), 1;
  std::puts(model_instructions());
  for (int i = 0; i < outputs; i += 97) std::printf("%.9g\n", static_cast<double>(y[static_cast<std::size_t>(i)]));

  x[0] = std::nanf("");
  try {
    model_outputs(x.data(), y.data());
  } catch (const std::runtime_error&) {
    return 0;
  }
  return std::puts("the exception is lost"), 1;
}

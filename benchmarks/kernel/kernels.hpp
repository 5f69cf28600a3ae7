// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "shapes.hpp"

#include <tutti/kernel/parallel.hpp>

#include <algorithm>

// the rows of this program, each family in a file of its own
void add_ceiling();
void add_gemm();
void add_conv();
void add_int8();
void add_bf16();

/// body(begin, end) over n rows, cut evenly between the threads of the program, as a net cuts a batch.
inline void split(std::ptrdiff_t n, const auto& body) {
  const std::ptrdiff_t threads = rows::threads();
  if (threads == 1) body(std::ptrdiff_t{0}, n);
  else tutti::parallel::for_each(n, (n + threads - 1) / threads, body);
}

// SPDX-License-Identifier: Apache-2.0
// gemm with sizes known at run time only, and B as it lies.
#include "kernels.hpp"

#include <tutti/kernel/gemm.hpp>

void add_gemm() {
  using namespace tutti::kernel;
  for (const shapes::Gemm& s : shapes::gemms)
    rows::add(s.name(), "", s.work(), [s] {
      return [s, a = std::vector<float>(s.a(), 0.5f), b = std::vector<float>(s.b(), 0.25f), c = std::vector<float>(s.c())]() mutable {
        split(s.M, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
          gemm(end - begin, s.N, s.K, matrix(a.data() + begin * s.K, s.K), matrix(b.data(), s.N), c.data() + begin * s.N, s.N);
        });
      };
    });
}

// SPDX-License-Identifier: Apache-2.0
// Products with sizes known at run time, and small ones with sizes that the compiler knows; B as it lies.
#include "kernels.hpp"

#include <tutti/kernel/gemm_fixed.hpp>
#include <tutti/kernel/gemm_team.hpp>

#include <iterator>
#include <utility>

namespace {

using namespace tutti::kernel;

struct Problem {
  shapes::Numbers a, b, c;

  explicit Problem(const shapes::Gemm& s) : a(s.a(), 0.5f), b(s.b(), 0.25f), c(s.c()) {}
};

template <std::size_t Index>
void add() {
  static constexpr shapes::Gemm s = shapes::gemms[Index];
  rows::add(s.name(), "", s.work(), [] {
    return [p = Problem(s), n = s]() mutable {                              // a copy, so that the compiler does not know it
      gemm(tutti::parallel::team(), n.M, n.N, n.K, matrix(p.a.data(), n.K), matrix(p.b.data(), n.N), p.c.data(), n.N);
    };
  });
  if constexpr (std::ptrdiff_t{s.M} * s.N * s.K <= 64 * 64 * 64)
    rows::add(s.name(), "sizes known to the compiler", s.work(), [] {
      return [p = Problem(s)]() mutable { gemm_fixed<s.M, s.N, s.K>(p.a.data(), p.b.data(), p.c.data()); };
    });
}

}  // namespace

void add_gemm() {
  []<std::size_t... Index>(std::index_sequence<Index...>) { (add<Index>(), ...); }(std::make_index_sequence<std::size(shapes::gemms)>{});
}

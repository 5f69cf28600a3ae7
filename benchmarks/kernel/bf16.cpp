// SPDX-License-Identifier: Apache-2.0
// Products of floats and weights of bf16, packed ahead; rows are rounded within the time that is measured. By the instruction for
// pairs where there is one, and with floats alone.
#include "kernels.hpp"

#include <tutti/core/buffer.hpp>
#include <tutti/kernel/gemm_team.hpp>

namespace {

using namespace tutti::kernel;

template <class Dot>
void add_product(const shapes::Gemm& s, const char* who) {
  rows::add("bf16 " + s.name(), who, shapes::bf16_work(s), [s] {
    const std::vector<float> b(s.b(), 0.25f);
    tutti::Buffer<Bf16> packed(static_cast<std::size_t>(packed_bf16_size(s.K, s.N)));
    pack_bf16(s.K, s.N, matrix(b.data(), s.N), packed.data());
    return [s, packed, a = tutti::Buffer<float>(s.a(), 0.5f), c = tutti::Buffer<float>(s.c())]() mutable {
      if constexpr (std::is_same_v<Dot, detail::Dot2>)
        return gemm_bf16(tutti::parallel::team(), s.M, s.N, s.K, a.data(), s.K, packed.data(), c.data(), s.N);
      split(s.M, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
        detail::gemm_bf16_by<Dot>(end - begin, s.N, s.K, a.data() + begin * s.K, s.K, packed.data(), c.data() + begin * s.N, s.N,
                                  overwrite, AsItIs{});
      });
    };
  });
}

}  // namespace

void add_bf16() {
  for (const shapes::Gemm& s : shapes::bf16_gemms) {
    add_product<detail::Dot2>(s, "");
    if constexpr (!std::is_same_v<detail::Dot2, detail::Dot2Floats>) add_product<detail::Dot2Floats>(s, "with floats alone");
  }
  rows::add(shapes::round_row, "", rows::bytes(6.0 * shapes::round_size), [] {
    return [x = tutti::Buffer<float>(std::size_t{shapes::round_size}, 0.5f),
            y = tutti::Buffer<Bf16>(std::size_t{shapes::round_size})]() mutable { round_to_bf16(shapes::round_size, x.data(), y.data()); };
  });
}

// SPDX-License-Identifier: Apache-2.0
// The loops in which kernels spend their time, each as a function of its own: what scripts/instruction_count.py disassembles.
#include <tutti/kernel/conv_tile.hpp>
#include <tutti/kernel/gemm_tile.hpp>
#include <tutti/kernel/int8_tile.hpp>

namespace tutti::kernel {

template void gemm_tiles<6, 4>(const TileTask<float>&, std::ptrdiff_t, std::ptrdiff_t, const AsItIs&) noexcept;
template void gemm_tiles<8, 3>(const TileTask<float>&, std::ptrdiff_t, std::ptrdiff_t, const AsItIs&) noexcept;
template void gemm_tiles<6, 4>(const TileTask<double>&, std::ptrdiff_t, std::ptrdiff_t, const AsItIs&) noexcept;
template void gemm_tile<1, 16>(const TileTask<float>&, const AsItIs&) noexcept;
template void gemm_tile<2, 12>(const TileTask<float>&, const AsItIs&) noexcept;
template void gemm_tile<3, 8>(const TileTask<float>&, const AsItIs&) noexcept;

namespace detail {
template void conv_tiles<6>(const ConvTask<float>&, std::ptrdiff_t) noexcept;
template void gradient_tile(const GradientSum<float>&, const std::ptrdiff_t*, const int*, bool, float*, float*) noexcept;
template void int8_tile<8, 2>(const Runs&, const std::int8_t*, const Int8Panel<2, KeepSums>&, std::int32_t*, std::ptrdiff_t) noexcept;
}  // namespace detail

}  // namespace tutti::kernel

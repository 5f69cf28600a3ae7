// SPDX-License-Identifier: Apache-2.0
// What the machine can do at most: multiply-adds in registers, reading each level of memory.
#include "kernels.hpp"

#include "../peak.hpp"

#include <tutti/core/buffer.hpp>

namespace {

template <class Burst>
void add_peak(const char* name, const char* unit) {
  const rows::Work work{1e-9 * Burst::flops(rows::threads()), unit};        // no flops: it has no share of itself
  rows::add(name, "", work, [] { return [] { Burst::run(rows::threads()); }; });
}

/// Each thread reads numbers of its own.
void add_read(const char* name, std::ptrdiff_t kibibytes) {
  const std::ptrdiff_t n = kibibytes * 1024 / std::ptrdiff_t{sizeof(float)}, threads = rows::threads();
  rows::add(name, "", rows::bytes(4.0 * static_cast<double>(n * threads)), [n, threads] {
    return [n, threads, x = tutti::Buffer<float>(static_cast<std::size_t>(n * threads))]() {
      split(threads, [&](std::ptrdiff_t begin, std::ptrdiff_t) {
        using namespace tutti::kernel;
        constexpr int chains = 8;
        Batch<float> sum[chains];
        for (int c = 0; c < chains; ++c) sum[c] = Batch<float>(0.0f);
        const float* at = x.data() + begin * n;
        for (const float* const end = at + n; at < end; at += chains * lanes<float>)
#pragma GCC unroll 8
          for (int c = 0; c < chains; ++c) sum[c] = sum[c] + load<float>(at + c * lanes<float>);
        for (int c = 1; c < chains; ++c) sum[0] = sum[0] + sum[c];
        float total = lane_sum<float>(sum[0]);
        benchmark::DoNotOptimize(total);
      });
    };
  });
}

}  // namespace

void add_ceiling() {
  add_peak<FmaBurst<float>>("FMA float", "GFLOP/s");
  add_peak<FmaBurst<double>>("FMA double", "GFLOP/s");
#if defined(__AVX512VNNI__)
  add_peak<Int8Burst>("products of bytes", "GOP/s");
#endif
#if defined(__AVX512BF16__)
  add_peak<Bf16Burst>("products of bf16", "GFLOP/s");
#endif
  add_read("read 16 KiB", 16);
  add_read("read 512 KiB", 512);
  add_read("read 8 MiB", 8 * 1024);
  add_read("read 256 MiB", 256 * 1024);
}

// SPDX-License-Identifier: Apache-2.0
// Products and convolutions of bytes, weights packed ahead: sums of 32 bits for the product, bytes to bytes for images, which
// lie with their channels side by side.
#include "kernels.hpp"

#include <tutti/core/buffer.hpp>
#include <tutti/kernel/int8_team.hpp>

namespace {

using namespace tutti::kernel;
template <class T>
tutti::Buffer<T> filled(std::ptrdiff_t size, T value) {
  tutti::Buffer<T> b(static_cast<std::size_t>(size));
  std::fill(b.begin(), b.end(), value);
  return b;
}

void add_product(const shapes::Gemm& s) {
  rows::add("int8 " + s.name(), "", shapes::int8_work(s), [s] {
    const auto b = filled<std::int8_t>(std::ptrdiff_t{s.K} * s.N, 3);
    auto packed = filled<std::int8_t>(packed_int8_size(s.K, s.N), 0);
    pack_int8(s.K, s.N, matrix(b.data(), s.N), packed.data());
    return [s, packed, a = filled<std::uint8_t>(std::ptrdiff_t{s.M} * s.K, 3),
            c = filled<std::int32_t>(std::ptrdiff_t{s.M} * s.N, 0)]() mutable {
      gemm_int8(tutti::parallel::team(), s.M, s.N, s.K, a.data(), s.K, packed.data(), c.data(), s.N);
    };
  });
}

std::ptrdiff_t scratch_of_part(const ConvShape& s) {
  return ((s.groups > 1 ? depthwise_int8_scratch(s) : conv_int8_scratch(s)) + 63) / 64 * 64;
}

/// An image through conv_int8, or depthwise_int8 where each channel goes by itself.
void add_image(const shapes::Conv& c) {
  ConvShape s{.channels = c.channels, .height = c.size, .width = c.size, .out = c.out, .kernel_h = c.kernel, .kernel_w = c.kernel};
  s.stride  = c.stride;
  s.padding = c.padding();
  s.groups  = c.depthwise ? c.channels : 1;
  rows::add("int8 " + c.name(shapes::pass_names[shapes::forward], 1), "", shapes::int8_work(c), [s] {
    const auto w = filled<std::int8_t>(s.weights_size(), 3);
    const bool depthwise = s.groups > 1;
    auto packed = filled<std::int8_t>(depthwise ? packed_depthwise_int8_size(s) : packed_conv_int8_size(s), 0);
    if (depthwise) pack_depthwise_int8(s, w.data(), packed.data());
    else pack_conv_int8(s, w.data(), packed.data());
    return [s, depthwise, packed, x = filled<std::uint8_t>(s.input_size(), 3), y = filled<std::uint8_t>(s.output_size(), 0),
            bias = filled<std::int32_t>(s.out, 1), scale = filled<float>(s.out, 0.01f),
            each = scratch_of_part(s), scratch = filled<std::uint8_t>(rows::threads() * scratch_of_part(s), 0)]() mutable {
      const Requantize epilogue{.scale = scale.data(), .bias = bias.data()};
      tutti::parallel::Team team = tutti::parallel::team();
      team.memory = reinterpret_cast<std::byte*>(scratch.data() + each);
      team.bytes = static_cast<std::size_t>(each);
      if (depthwise) depthwise_int8(team, s, 1, x.data(), packed.data(), y.data(), epilogue, scratch.data());
      else conv_int8(team, s, 1, x.data(), packed.data(), y.data(), epilogue, scratch.data());
    };
  });
}

}  // namespace

void add_int8() {
  for (const shapes::Gemm& s : shapes::int8_gemms) add_product(s);
  for (const shapes::Conv& c : shapes::convs) add_image(c);
}

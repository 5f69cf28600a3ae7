// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <utility>

namespace tutti {

/// A counter-based random stream: number i of stream `key` is a pure function of both, so any thread may draw any
/// number in any order and the result is the same.
/// Cost     one Philox 4x32-10 block for four 32-bit numbers.
/// Source   Salmon et al., Parallel random numbers: as easy as 1, 2, 3 (SC 2011).
class Random {
 public:
  using result_type = std::uint32_t;  // satisfies std::uniform_random_bit_generator
  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return std::numeric_limits<result_type>::max(); }

  constexpr Random() = default;
  constexpr explicit Random(std::uint64_t seed) : key_(mix(seed)) {}

  /// An independent stream: by number (row, epoch, member) or by name ("dropout").
  constexpr Random stream(std::uint64_t index) const { return from_key(mix(key_ ^ mix(index + 0x632be59bd9b4e019u))); }
  constexpr Random stream(std::string_view name) const { return stream(hash(name)); }

  constexpr std::uint64_t key() const { return key_; }
  /// The stream of which `key` is the key.
  static constexpr Random from_key(std::uint64_t key) {
    Random r;
    r.key_ = key;
    return r;
  }

  constexpr result_type operator()() {
    if (position_ % 4 == 0) draw_block();
    return block_[position_++ % 4];
  }
  /// The four numbers of one counter value, without touching the stream's own position.
  constexpr std::array<std::uint32_t, 4> block(std::uint64_t counter) const {
    std::array<std::uint32_t, 4> c{static_cast<std::uint32_t>(counter), static_cast<std::uint32_t>(counter >> 32), 0, 0};
    std::uint32_t k0 = static_cast<std::uint32_t>(key_), k1 = static_cast<std::uint32_t>(key_ >> 32);
    for (int round = 0; round < 10; ++round) {
      const std::uint64_t p0 = std::uint64_t{0xD2511F53u} * c[0];
      const std::uint64_t p1 = std::uint64_t{0xCD9E8D57u} * c[2];
      c = {static_cast<std::uint32_t>(p1 >> 32) ^ c[1] ^ k0, static_cast<std::uint32_t>(p1),
           static_cast<std::uint32_t>(p0 >> 32) ^ c[3] ^ k1, static_cast<std::uint32_t>(p0)};
      k0 += 0x9E3779B9u;
      k1 += 0xBB67AE85u;
    }
    return c;
  }

  /// Uniform in [0, 1) with 24 bits.
  constexpr float uniform() { return to_unit((*this)()); }
  static constexpr float to_unit(std::uint32_t bits) { return static_cast<float>(bits >> 8) * 0x1p-24f; }
  /// Uniform in [0, 1) with 53 bits.
  constexpr double uniform53() {
    const std::uint64_t high = (*this)(), low = (*this)();
    return static_cast<double>((high << 21) ^ (low >> 11)) * 0x1p-53;
  }
  /// Uniform integer in [0, n), n > 0; the bias is below 2^-32 n.
  constexpr std::uint32_t below(std::uint32_t n) {
    return static_cast<std::uint32_t>((static_cast<std::uint64_t>((*this)()) * n) >> 32);
  }
  /// Standard normal (Box-Muller on two 53-bit uniforms).
  double normal() {
    const double u = 1 - uniform53(), v = uniform53();
    return std::sqrt(-2 * std::log(u)) * std::cos(6.283185307179586 * v);
  }

  static constexpr std::uint64_t hash(std::string_view text) {  // FNV-1a
    std::uint64_t h = 0xcbf29ce484222325u;
    for (const char c : text) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
    return h;
  }

 private:
  static constexpr std::uint64_t mix(std::uint64_t z) {  // SplitMix64's finaliser
    z += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }
  [[gnu::noinline]] constexpr void draw_block() { block_ = block(position_ / 4); }  // too long to be inlined in every draw

  std::uint64_t key_ = mix(0), position_ = 0;
  std::array<std::uint32_t, 4> block_{};
};

/// Shuffles in place (Fisher-Yates).
template <class T>
constexpr void shuffle(std::span<T> values, Random random) {
  for (std::size_t i = values.size(); i > 1; --i)
    std::swap(values[i - 1], values[random.below(static_cast<std::uint32_t>(i))]);
}

}  // namespace tutti

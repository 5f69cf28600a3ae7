// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/simd.hpp>

#include <cstddef>
#include <cstdint>

#if defined(__linux__) && (defined(__AMX_INT8__) || defined(__AMXINT8__))
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace tutti::kernel::detail {

#if defined(__linux__) && (defined(__AMX_INT8__) || defined(__AMXINT8__))
/// The tiles of AMX, of a thread while this lives: registers of up to 16 rows of 64 bytes, whose products are made at eight times the
/// rate of VNNI's. Tiles 0 to 3 hold sums (two tiles of rows by two of columns), 4 and 5 rows of bytes, 6 and 7 weights.
/// Source   Intel 64 and IA-32 Architectures Software Developer's Manual, volume 1, chapter 18.
class AmxTiles {
 public:
  static constexpr bool exist = true;

  AmxTiles() = default;
  AmxTiles(const AmxTiles&) = delete;
  AmxTiles& operator=(const AmxTiles&) = delete;
  ~AmxTiles() {
    if (rows_ != 0) _tile_release();
  }

  /// Whether the system lets this process use them; it is asked once.
  static bool granted() noexcept {
    constexpr long request = 0x1023, tile_data = 18;  // ARCH_REQ_XCOMP_PERM, XFEATURE_XTILEDATA
    static const bool yes = ::syscall(SYS_arch_prctl, request, tile_data) == 0;
    return yes;
  }

  /// Sums are the biases (Vectors, 16) in each row, of so many rows for each tile, up to 16; what is added next has so many quads,
  /// up to 16.
  template <int Vectors> void begin(std::ptrdiff_t rows, std::ptrdiff_t quads, const std::int32_t* bias) noexcept {
    if (rows != rows_ || quads != quads_) shape(rows, quads);
    constexpr std::ptrdiff_t same = 0;
    written(bias);
    _tile_loadd(0, bias, same);
    _tile_loadd(2, bias, same);
    if constexpr (Vectors == 2) {
      _tile_loadd(1, bias + 16, same);
      _tile_loadd(3, bias + 16, same);
    }
  }
  /// Adds the products of the bytes of each row with as many quads of weights; `second`, the other rows, may be null.
  template <int Vectors>
  [[gnu::always_inline]] void add(const std::uint8_t* first, const std::uint8_t* second, std::ptrdiff_t a_row, const std::int8_t* w) noexcept {
    constexpr std::ptrdiff_t line = Vectors * 64;
    written(first);
    written(second);
    written(w);
    _tile_loadd(6, w, line);
    if constexpr (Vectors == 2) _tile_loadd(7, w + 64, line);
    _tile_loadd(4, first, a_row);
    _tile_dpbusd(0, 4, 6);
    if constexpr (Vectors == 2) _tile_dpbusd(1, 4, 7);
    if (second == nullptr) return;
    _tile_loadd(5, second, a_row);
    _tile_dpbusd(2, 5, 6);
    if constexpr (Vectors == 2) _tile_dpbusd(3, 5, 7);
  }
  /// sums (2, 16, Vectors, 16).
  template <int Vectors> void store(std::int32_t* sums) const noexcept {
    constexpr std::ptrdiff_t line = Vectors * 64, second = 16 * Vectors * 16;
    _tile_stored(0, sums, line);
    _tile_stored(2, sums + second, line);
    if constexpr (Vectors == 2) {
      _tile_stored(1, sums + 16, line);
      _tile_stored(3, sums + second + 16, line);
    }
  }

 private:
  struct alignas(64) Shape {
    std::uint8_t palette = 1, start_row = 0, reserved[14] = {};
    std::uint16_t row_bytes[16] = {};
    std::uint8_t rows[16] = {};
  };
  /// What lies there is in memory from here on: g++ 12 does not know that its instructions for tiles read it.
  [[gnu::always_inline]] static void written(const void* p) noexcept { asm volatile("" : : "r"(p) : "memory"); }

  void shape(std::ptrdiff_t rows, std::ptrdiff_t quads) noexcept {
    Shape s;
    for (std::size_t i = 0; i < 8; ++i) {
      s.row_bytes[i] = i == 4 || i == 5 ? static_cast<std::uint16_t>(4 * quads) : 64;
      s.rows[i] = static_cast<std::uint8_t>(i < 6 ? rows : quads);
    }
    written(&s);
    _tile_loadconfig(&s);
    rows_ = rows;
    quads_ = quads;
  }
  std::ptrdiff_t rows_ = 0, quads_ = 0;
};
#else
struct AmxTiles {
  static constexpr bool exist = false;
  static bool granted() noexcept { return false; }
};
#endif

}  // namespace tutti::kernel::detail

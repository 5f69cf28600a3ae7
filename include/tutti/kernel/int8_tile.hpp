// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/block.hpp>
#include <tutti/kernel/int8_epilogue.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace tutti::kernel::detail {

/// The tile of products of bytes: rows of bytes by columns of weights, as many sums as registers hold beside a row of
/// weights and what the multiplication needs without VNNI.
inline constexpr int int8_rows = registers == 32 ? 8 : 4;
inline constexpr int int8_vectors = 2;
static_assert(int8_rows <= 9, "RowPointers");
inline constexpr std::ptrdiff_t int8_columns = int8_vectors * quad_lanes;

/// Columns in memory: whole registers of them.
constexpr std::ptrdiff_t padded_columns(std::ptrdiff_t n) noexcept { return (n + quad_lanes - 1) / quad_lanes * quad_lanes; }

/// What the rows of a tile sum: row i the `count` runs of `quads` times four bytes that begin at a + i a_row + offset.
/// A product of matrices has one run, a convolution one for each row of its kernel, or for each tap where taps do not lie
/// side by side.
struct Runs {
  const std::uint8_t* a;
  std::ptrdiff_t a_row;
  const std::ptrdiff_t* offset;
  std::ptrdiff_t count, quads;
  std::size_t rest = 0;      // bytes behind the last run, of which nothing beyond may be read
  std::ptrdiff_t unused = 0;  // quads of weights between two runs
};

/// Writes weights of one run (depth, n) into quads of `columns`, zeros beyond; at(k, j) is a weight.
template <class At>
std::int8_t* pack_run(std::ptrdiff_t depth, std::ptrdiff_t n, std::ptrdiff_t columns, const At& at, std::int8_t* to) noexcept {
  for (std::ptrdiff_t k = 0; k < depth; k += 4)
    for (std::ptrdiff_t j = 0; j < columns; ++j)
      for (std::ptrdiff_t i = k; i < k + 4; ++i) *to++ = i < depth && j < n ? at(i, j) : std::int8_t{0};
  return to;
}

/// A panel of packed weights, and what becomes of its sums.
template <int Vectors, class Epilogue>
struct Int8Panel {
  static constexpr std::ptrdiff_t columns = Vectors * quad_lanes;
  const std::int8_t* weights;
  std::ptrdiff_t n;  // columns that exist
  typename Epilogue::Columns end[std::size_t{Vectors}];
  alignas(64) std::int32_t bias[static_cast<std::size_t>(columns)];

  Int8Panel(const Epilogue& epilogue, const std::int8_t* packed, std::ptrdiff_t j, std::ptrdiff_t count) noexcept
      : weights(packed), n(count) {
    for (std::ptrdiff_t v = 0; v < Vectors; ++v) {
      const std::ptrdiff_t at = v * quad_lanes;
      end[v] = epilogue.columns(j + at, n - at);
      load_columns(epilogue.bias, j + at, n - at).store_aligned(bias + at);
    }
  }
};

/// f(j, panel) for the panels of n columns, `quads` deep; the epilogue counts columns from `first` on.
template <class Epilogue, class F>
void each_panel(std::ptrdiff_t n, std::ptrdiff_t quads, const std::int8_t* packed, const Epilogue& epilogue, std::ptrdiff_t first,
                const F& f) noexcept {
  for (std::ptrdiff_t j = 0; j < n; j += int8_columns) {
    const std::int8_t* const weights = packed + j * quads * 4;
    const std::ptrdiff_t count = std::min(int8_columns, n - j);
    if (count > quad_lanes) f(j, Int8Panel<int8_vectors, Epilogue>(epilogue, weights, first + j, count));
    else f(j, Int8Panel<1, Epilogue>(epilogue, weights, first + j, count));
  }
}

/// Where the rows of a tile are, three for each pointer. Left alone, GCC computes them all ahead, runs out of registers,
/// and keeps addresses in vector registers, where they wait behind the multiplications.
template <int Rows>
struct RowPointers {
  const std::uint8_t *first, *third = nullptr, *sixth = nullptr;
  std::ptrdiff_t stride;

  [[gnu::always_inline]] RowPointers(const std::uint8_t* a, std::ptrdiff_t a_row) noexcept : first(a), stride(a_row) {
    if constexpr (Rows > 3) place(third, a + 3 * a_row);
    if constexpr (Rows > 6) place(sixth, a + 6 * a_row);
  }
  [[gnu::always_inline]] const std::uint8_t* operator[](int r) const noexcept {
    return r < 3 ? first + r * stride : r < 6 ? third + (r - 3) * stride : sixth + (r - 6) * stride;
  }
  [[gnu::always_inline]] void advance() noexcept {
    place(first, first + 4);
    if constexpr (Rows > 3) place(third, third + 4);
    if constexpr (Rows > 6) place(sixth, sixth + 4);
  }

 private:
  [[gnu::always_inline]] static void place(const std::uint8_t*& pointer, const std::uint8_t* to) noexcept {
    asm("" : "+r"(to));
    pointer = to;
  }
};

template <int Rows, int Vectors, class Load>
[[gnu::always_inline]] inline void add_quad(Quads (&sum)[std::size_t{Rows}][std::size_t{Vectors}], const Load& x,
                                            const std::int8_t* w) noexcept {
  Quads weights[std::size_t{Vectors}];
#pragma GCC unroll 8
  for (int v = 0; v < Vectors; ++v) weights[v] = Rows == 1 ? load_quads(w + v * register_bytes) : load_once(w + v * register_bytes);
#pragma GCC unroll 8
  for (int r = 0; r < Rows; ++r) {
    const Quads bytes = x(r);
#pragma GCC unroll 8
    for (int v = 0; v < Vectors; ++v) sum[r][v] = dot4(sum[r][v], bytes, weights[v]);
  }
}

/// Stores sums (rows, Vectors, lanes) of a panel in which the last columns are missing.
template <int Vectors, class Epilogue>
void store_first_columns(std::ptrdiff_t rows, const std::int32_t* sums, const Int8Panel<Vectors, Epilogue>& panel,
                         typename Epilogue::Output* c, std::ptrdiff_t c_row) noexcept {
  for (std::ptrdiff_t r = 0; r < rows; ++r, c += c_row)
    for (std::ptrdiff_t v = 0; v < Vectors; ++v, sums += quad_lanes)
      store_columns(panel.end[v](Quads::load_aligned(sums)), c + v * quad_lanes, panel.n - v * quad_lanes);
}

/// c (Rows, columns of the panel) = epilogue(bias + the products of the runs of each row with the weights), the loop in which products
/// of bytes spend their time. Few rows have more chains of sums, or else they would wait for each other.
template <int Rows, int Vectors, class Epilogue>
void int8_tile(const Runs& runs, const std::int8_t* w, const Int8Panel<Vectors, Epilogue>& panel, typename Epilogue::Output* c,
               std::ptrdiff_t c_row) noexcept {
  const std::int32_t* const bias = panel.bias;
  constexpr int chains = Rows == 1 ? 4 : Rows < 4 ? 2 : 1;
  constexpr std::ptrdiff_t step = Vectors * register_bytes;
  Quads sum[std::size_t{chains}][std::size_t{Rows}][std::size_t{Vectors}];
#pragma GCC unroll 8
  for (int c = 0; c < chains; ++c)
#pragma GCC unroll 8
    for (int r = 0; r < Rows; ++r)
#pragma GCC unroll 8
      for (int v = 0; v < Vectors; ++v) sum[c][r][v] = c == 0 ? Quads::load_aligned(bias + v * quad_lanes) : Quads(0);
  for (std::ptrdiff_t i = 0; i < runs.count; ++i) {
    asm volatile("" ::: "memory");  // `runs` stays in memory: see RowPointers
    RowPointers<Rows> x(runs.a + runs.offset[i], runs.a_row);
    std::ptrdiff_t left = runs.quads;
    for (; left >= chains; left -= chains)
#pragma GCC unroll 8
      for (int c = 0; c < chains; ++c, x.advance(), w += step)
        add_quad<Rows, Vectors>(sum[c], [&](int r) { return broadcast_quad(x[r]); }, w);
    if constexpr (chains > 1)
      for (; left > 0; --left, x.advance(), w += step) add_quad<Rows, Vectors>(sum[0], [&](int r) { return broadcast_quad(x[r]); }, w);
    w += runs.unused * step;
  }
  if (runs.rest > 0) {
    const std::uint8_t* const x = runs.a + runs.offset[runs.count - 1] + runs.quads * 4;
    add_quad<Rows, Vectors>(sum[0], [&](int r) { return broadcast_part(x + r * runs.a_row, runs.rest); }, w);
  }
#pragma GCC unroll 8
  for (int r = 0; r < Rows; ++r)
#pragma GCC unroll 8
    for (int v = 0; v < Vectors; ++v)
#pragma GCC unroll 8
      for (int i = 1; i < chains; ++i) sum[0][r][v] = sum[0][r][v] + sum[i][r][v];
  if (panel.n == panel.columns) {
#pragma GCC unroll 8
    for (int r = 0; r < Rows; ++r, c += c_row)
#pragma GCC unroll 8
      for (int v = 0; v < Vectors; ++v) store_columns(panel.end[v](sum[0][r][v]), c + v * quad_lanes, quad_lanes);
  } else {
    alignas(64) std::int32_t sums[static_cast<std::size_t>(Rows * panel.columns)];
#pragma GCC unroll 8
    for (int r = 0; r < Rows; ++r)
#pragma GCC unroll 8
      for (int v = 0; v < Vectors; ++v) sum[0][r][v].store_aligned(sums + (r * Vectors + v) * quad_lanes);
    store_first_columns(Rows, sums, panel, c, c_row);
  }
}

/// The tile of 1 to int8_rows rows.
template <int Vectors, class Epilogue>
auto int8_tile_of(std::ptrdiff_t rows) noexcept {
  static constexpr auto tiles = []<int... R>(std::integer_sequence<int, R...>) {
    return std::array{&int8_tile<R + 1, Vectors, Epilogue>...};
  }(std::make_integer_sequence<int, int8_rows>{});
  return tiles[static_cast<std::size_t>(rows - 1)];
}

}  // namespace tutti::kernel::detail

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/kernel/parallel.hpp>
#include <tutti/model/codes.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

namespace tutti {

/// Columns that share a code: of several columns in which most rows have one usual code, and in no row two of them another
/// one (a category as ones and zeros, say), a row needs one code. Code 0 says that all are as usual; the other codes of each
/// column follow one another. Nothing is lost: the usual cell of a column is what all its others leave of the whole.
/// Shapes   codes (rows, width), one for each bundle; empty where no two columns share a code.
/// Source   Ke et al., LightGBM, NeurIPS 2017, §4, without conflicts.
struct Bundles {
  static constexpr int most = Codes::in_a_byte;  // codes that several columns share

  struct Column {
    std::int32_t bundle = 0;
    std::int32_t first = 0;    // its lowest other code in the bundle
    std::int32_t usual = -1;   // -1: it is alone, its codes are as they were
  };
  Codes codes{};
  Buffer<Column> column{};
  Buffer<std::int32_t> size{};  // codes of each bundle

  bool empty() const noexcept { return codes.empty(); }
  std::ptrdiff_t width() const noexcept { return std::ssize(size); }
};

namespace detail {

/// Which rows have another than the usual code: a bit each.
class UnusualRows {
 public:
  UnusualRows(const Codes& codes, std::ptrdiff_t column, std::ptrdiff_t rows, std::ptrdiff_t width, int usual)
      : words_(static_cast<std::size_t>((rows + 63) / 64)) {
    for (std::ptrdiff_t i = 0; i < rows; ++i)
      words_[static_cast<std::size_t>(i / 64)] |= static_cast<std::uint64_t>(codes[i * width + column] != usual) << (i % 64);
  }
  bool meets(const UnusualRows& other) const noexcept {
    for (std::size_t w = 0; w < words_.size(); ++w)
      if ((words_[w] & other.words_[w]) != 0) return true;
    return false;
  }
  void join(const UnusualRows& other) noexcept {
    for (std::size_t w = 0; w < words_.size(); ++w) words_[w] |= other.words_[w];
  }

 private:
  Buffer<std::uint64_t> words_;
};

/// The code that at least three quarters of some rows have in a column of few codes, -1 if there is none.
inline int usual_code(const Codes& codes, std::ptrdiff_t column, std::ptrdiff_t rows, std::ptrdiff_t width) {
  constexpr std::ptrdiff_t looked_at = 4096;
  std::int32_t count[Bundles::most] = {};
  const std::ptrdiff_t step = std::max<std::ptrdiff_t>(1, rows / looked_at);
  std::int32_t all = 0;
  for (std::ptrdiff_t i = 0; i < rows; i += step, ++all) ++count[codes[i * width + column]];
  const std::int32_t* best = std::max_element(count, count + Bundles::most);
  return 4 * *best >= 3 * all ? static_cast<int>(best - count) : -1;
}

/// Puts each column into the first bundle that has room and no row in common, else into one of its own.
inline Bundles plan_bundles(const Codes& codes, std::ptrdiff_t rows, std::span<const std::int32_t> counts) {
  struct Shared {
    std::int32_t bundle;
    UnusualRows rows;
  };
  const std::ptrdiff_t width = std::ssize(counts);
  Bundles plan;
  plan.column.resize(counts.size());
  Buffer<Shared> shared;
  for (std::ptrdiff_t j = 0; j < width; ++j) {
    const std::int32_t all = counts[static_cast<std::size_t>(j)] + 1;  // codes, with that of the missing
    const int usual = all <= Bundles::most / 2 ? usual_code(codes, j, rows, width) : -1;
    Bundles::Column& column = plan.column[static_cast<std::size_t>(j)];
    column = {static_cast<std::int32_t>(plan.size.size()), 0, usual};
    if (usual < 0) {
      plan.size.push_back(all);
      continue;
    }
    UnusualRows unusual(codes, j, rows, width, usual);
    const auto fits = [&](const Shared& s) {
      return plan.size[static_cast<std::size_t>(s.bundle)] + all - 1 <= Bundles::most && !s.rows.meets(unusual);
    };
    Shared* const found = std::find_if(shared.begin(), shared.end(), fits);
    if (found == shared.end()) {
      column.first = 1;
      plan.size.push_back(all);
      shared.push_back({column.bundle, std::move(unusual)});
    } else {
      column.bundle = found->bundle;
      column.first = plan.size[static_cast<std::size_t>(found->bundle)];
      plan.size[static_cast<std::size_t>(found->bundle)] += all - 1;
      found->rows.join(unusual);
    }
  }
  return plan;
}

}  // namespace detail

/// Bundles of columns with counts[j] codes and one for the missing; without codes where they are as many as the columns.
/// Cost     a pass over the codes for the columns that have a usual one, a bit a row for each bundle while it lasts.
[[gnu::cold]] inline Bundles bundle_columns(const Codes& codes, std::ptrdiff_t rows, std::span<const std::int32_t> counts) {
  const std::ptrdiff_t width = std::ssize(counts);
  Bundles out = detail::plan_bundles(codes, rows, counts);
  if (out.width() == width) return {};
  out.codes = Codes(rows * out.width(), *std::max_element(out.size.begin(), out.size.end()));
  parallel::for_each(rows, 1 << 13, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
    for (std::ptrdiff_t i = begin; i < end; ++i)
      for (std::ptrdiff_t j = 0; j < width; ++j) {
        const Bundles::Column& c = out.column[static_cast<std::size_t>(j)];
        const int code = codes[i * width + j];
        const std::ptrdiff_t at = i * out.width() + c.bundle;
        if (c.usual < 0) out.codes.set(at, code);
        else if (code != c.usual) out.codes.set(at, c.first + (code < c.usual ? code : code - 1));
      }
  });
  return out;
}

}  // namespace tutti

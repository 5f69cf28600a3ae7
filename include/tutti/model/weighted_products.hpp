// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/model/design_rows.hpp>

namespace tutti::detail {

/// Rows of a DesignRows in some columns and weighted by curvatures, as normal_equations reads them: y is the intercept's
/// column of ones, then minus slope / curvature.
struct WeightedRows {
  struct Picked {
    const DesignRows* design;
    const Buffer<int>* columns;
    std::ptrdiff_t rows;
    int width;

    void read(std::ptrdiff_t row, float* to) const {
      if (width == design->x.width) return design->x.read(row, to);
      Buffer<float> all(design->shift.size());
      design->x.read(row, all.data());
      for (std::size_t k = 0; k < columns->size(); ++k) to[k] = all[static_cast<std::size_t>((*columns)[k])];
    }
  } x;
  Buffer<double> root{}, y{};
  int outputs = 2;

  double centred(std::ptrdiff_t i, std::ptrdiff_t j, float number) const noexcept {
    const auto column = static_cast<std::size_t>((*x.columns)[static_cast<std::size_t>(j)]);
    return root[static_cast<std::size_t>(i)] * (static_cast<double>(number) - x.design->shift[column]);
  }
};

/// The same from rows [begin, end) of one gathered chunk, added to s. place: of each column among those picked, or -1.
template <class Design>
void add_gathered(const Design& d, const Buffer<int>& place, std::ptrdiff_t begin, std::ptrdiff_t end, const Buffer<double>& r,
                  const Buffer<double>& h, SymmetricSystem& s) {
  const auto& all = d.chunk(begin);
  const auto n = static_cast<std::size_t>(s.n);
  Buffer<std::uint32_t> column(n + 1);
  Buffer<double> value(n + 1);
  double* const ones = s.row(s.n);
  for (std::ptrdiff_t i = begin; i < end; ++i) {
    const auto at = static_cast<std::size_t>(i - begin);
    const double curvature = h[static_cast<std::size_t>(i)], slope = r[static_cast<std::size_t>(i)];
    std::size_t count = 0;
    for (std::size_t e = all.start[at]; e < all.start[at + 1]; ++e) {
      const int to = place[all.column[e]];
      column[count] = static_cast<std::uint32_t>(to);
      value[count] = all.value[e];
      count += to >= 0;
    }
    for (std::size_t a = 0; a < count; ++a) {
      double* const row = s.row(column[a]);
      const double weighted = curvature * value[a];
      for (std::size_t b = a; b < count; ++b) row[column[b]] += weighted * value[b];
      row[n] += weighted;
      row[n + 1] -= slope * value[a];
    }
    ones[n] += curvature;
    ones[n + 1] -= slope;
    if (curvature > 0) ones[s.stride + s.n + 1] += slope * slope / curvature;
  }
}

/// With X the picked columns of the rows, shifted, e the column of ones, h the curvatures and r the slopes:
///   [X^T h X | X^T h e, -X^T r],  then  e^T h e, -e^T r  and  r^T r / h  in the rows behind.
/// Cost     N n^2 flops, or about the square of what a row has gathered; on all threads, in an order that sizes decide.
template <class Design>
SymmetricSystem weighted_products(const Design& d, const Buffer<int>& picked, const Buffer<double>& r, const Buffer<double>& h) {
  const auto n = static_cast<std::ptrdiff_t>(picked.size());
  if (d.is_gathered()) {
    Buffer<int> place(d.shift.size(), -1);
    for (std::size_t k = 0; k < picked.size(); ++k) place[static_cast<std::size_t>(picked[k])] = static_cast<int>(k);
    const SymmetricSystem zero(n, 2);
    constexpr std::ptrdiff_t budget = std::ptrdiff_t{1} << 22;  // numbers in all partial sums together
    const std::ptrdiff_t chunks = parallel::chunks(d.x.rows, d.grain());
    const std::ptrdiff_t partials = std::clamp<std::ptrdiff_t>(budget / (zero.stride * zero.stride), 1, 16);
    return parallel::ordered_sum(chunks, (chunks + partials - 1) / partials, zero, [&](std::ptrdiff_t first, std::ptrdiff_t last) {
      SymmetricSystem sum = zero;
      for (std::ptrdiff_t c = first; c < last; ++c)
        add_gathered(d, place, c * d.grain(), std::min(d.x.rows, (c + 1) * d.grain()), r, h, sum);
      return sum;
    });
  }
  WeightedRows rows{{&d, &picked, d.x.rows, static_cast<int>(n)}};
  for (std::size_t i = 0; i < h.size(); ++i) {
    const double root = std::sqrt(h[i]);
    rows.root.push_back(root);
    rows.y.push_back(root);
    rows.y.push_back(root > 0 ? -r[i] / root : 0.0);
  }
  return normal_equations(rows);
}

}  // namespace tutti::detail

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/vector.hpp>
#include <tutti/model/moments.hpp>
#include <tutti/model/normal_equations.hpp>

#include <cstdint>

namespace tutti {

/// The rows x - shift that a linear model with an intercept is fitted to, which no shift changes. Where most numbers are
/// the most common one of their column, as in one-hot columns, standardised or not, that is the shift, and the rest is
/// gathered once as pairs of column and number: nothing is made dense, and no pass reads more. Elsewhere the shift is the
/// mean, and rows are read anew in every pass.
/// Refers to the data, which must outlive it.
class DesignRows {
 public:
  /// Whether rows were gathered, and rows [begin, end) of a chunk as they were.
  struct Gathered {
    Buffer<std::uint32_t> start{}, column{};  // start (rows + 1): where each row's columns, rising, begin
    Buffer<double> value{};
  };

  /// Rows without an intercept are not shifted: only zeros are left out.
  template <class Source>
  DesignRows(Source source, Buffer<double> mean, bool intercept) : x(std::move(source)), shift(std::move(mean)) {
    grain_ = detail::chunk_of_rows(x.rows, 256);
    if (!intercept) std::fill(shift.begin(), shift.end(), 0.0);
    Buffer<double> common(shift.size(), 0.0);
    if (share_of_others(common, intercept) > 0.25) return;
    shift = std::move(common);
    gather();
  }

  RowSource x;
  Buffer<double> shift;  // what is taken off each column

  bool is_gathered() const noexcept { return !chunks_.empty(); }
  std::ptrdiff_t grain() const noexcept { return grain_; }
  const Gathered& chunk(std::ptrdiff_t begin) const noexcept { return chunks_[static_cast<std::size_t>(begin / grain_)]; }

  /// Row i in double.
  void read(std::ptrdiff_t i, float* scratch, double* to) const {
    const float* const row = detail::row_of(x, i, scratch);
    for (std::size_t j = 0; j < shift.size(); ++j) to[j] = static_cast<double>(row[j]) - shift[j];
  }

  /// z_i = c + (x_i - shift) w
  void predictors(const Buffer<double>& w, double c, Buffer<double>& z) const {
    parallel::for_each(x.rows, grain_, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
      if (is_gathered()) return gathered_predictors(begin, end, w, c, z);
      const std::ptrdiff_t width = x.width;
      Buffer<float> row(static_cast<std::size_t>(width));
      Buffer<double> four(static_cast<std::size_t>(4 * width), 0.0);
      for (std::ptrdiff_t i = begin; i < end; i += 4) {
        const std::ptrdiff_t count = std::min<std::ptrdiff_t>(4, end - i);
        for (std::ptrdiff_t r = 0; r < count; ++r) read(i + r, row.data(), four.data() + r * width);
        double sums[4];
        kernel::four_dots(width, w.data(), four.data(), width, sums);
        for (std::ptrdiff_t r = 0; r < count; ++r) z[static_cast<std::size_t>(i + r)] = c + sums[r];
      }
    });
  }

  /// sum_i r_i (x_i - shift), then sum_i h_i (x_i - shift)^2, then sum r and sum h.
  /// Shapes   (2 width + 2).
  Buffer<double> slopes(const Buffer<double>& r, const Buffer<double>& h) const {
    const auto width = static_cast<std::size_t>(x.width);
    Buffer<Buffer<double>> partial(static_cast<std::size_t>(parallel::chunks(x.rows, grain_)));
    parallel::for_each(x.rows, grain_, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
      Buffer<double> sums(2 * width + 2, 0.0), row(width);
      Buffer<float> scratch(width);
      for (std::ptrdiff_t i = begin; i < end; ++i) {
        const double slope = r[static_cast<std::size_t>(i)], curvature = h[static_cast<std::size_t>(i)];
        sums[2 * width] += slope;
        sums[2 * width + 1] += curvature;
        const auto add = [&](std::size_t j, double v) {
          sums[j] += slope * v;
          sums[width + j] += curvature * v * v;
        };
        if (is_gathered()) {
          const Gathered& all = chunk(begin);
          const auto at = static_cast<std::size_t>(i - begin);
          for (std::size_t e = all.start[at]; e < all.start[at + 1]; ++e) add(all.column[e], all.value[e]);
        } else {
          read(i, scratch.data(), row.data());
          for (std::size_t j = 0; j < width; ++j) add(j, row[j]);
        }
      }
      partial[static_cast<std::size_t>(begin / grain_)] = std::move(sums);
    });
    Buffer<double> all(2 * width + 2, 0.0);
    for (const Buffer<double>& part : partial)
      for (std::size_t j = 0; j < all.size(); ++j) all[j] += part[j];
    return all;
  }

 private:
  void gathered_predictors(std::ptrdiff_t begin, std::ptrdiff_t end, const Buffer<double>& w, double c, Buffer<double>& z) const {
    const Gathered& all = chunk(begin);
    for (std::ptrdiff_t i = begin; i < end; ++i) {
      const auto at = static_cast<std::size_t>(i - begin);
      double sum = c;
      for (std::size_t e = all.start[at]; e < all.start[at + 1]; ++e) sum += all.value[e] * w[all.column[e]];
      z[static_cast<std::size_t>(i)] = sum;
    }
  }

  /// The most common numbers of some rows (by Boyer and Moore's vote; any number does), and the share of others there.
  double share_of_others(Buffer<double>& common, bool any_number) const {
    const auto width = static_cast<std::size_t>(x.width);
    const std::ptrdiff_t step = (x.rows + 255) / 256;
    if (width < 8 || x.rows < 64) return 1;
    Buffer<float> row(width);
    Buffer<std::int32_t> votes(width, 0);
    for (std::ptrdiff_t i = 0; any_number && i < x.rows; i += step) {
      x.read(i, row.data());
      for (std::size_t j = 0; j < width; ++j) {
        if (votes[j] == 0) common[j] = static_cast<double>(row[j]);
        votes[j] += static_cast<double>(row[j]) == common[j] ? 1 : -1;
      }
    }
    double others = 0, all = 0;
    for (std::ptrdiff_t i = 0; i < x.rows; i += step) {
      x.read(i, row.data());
      for (std::size_t j = 0; j < width; ++j) others += static_cast<double>(row[j]) != common[j];
      all += static_cast<double>(width);
    }
    return others / all;
  }
  void gather() {
    chunks_.resize(static_cast<std::size_t>(parallel::chunks(x.rows, grain_)));
    parallel::for_each(x.rows, grain_, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
      Gathered& all = chunks_[static_cast<std::size_t>(begin / grain_)];
      Buffer<float> row(shift.size());
      Buffer<std::uint32_t> column(shift.size() + 1);
      Buffer<double> value(shift.size() + 1);
      for (std::ptrdiff_t i = begin; i < end; ++i) {
        all.start.push_back(static_cast<std::uint32_t>(all.column.size()));
        x.read(i, row.data());
        std::size_t count = 0;
        for (std::size_t j = 0; j < shift.size(); ++j) {  // without a jump: it would be guessed wrong
          column[count] = static_cast<std::uint32_t>(j);
          value[count] = static_cast<double>(row[j]) - shift[j];
          count += value[count] != 0;
        }
        all.column.append(column.data(), count);
        all.value.append(value.data(), count);
      }
      all.start.push_back(static_cast<std::uint32_t>(all.column.size()));
    });
  }

  std::ptrdiff_t grain_ = 0;
  Buffer<Gathered> chunks_{};
};

}  // namespace tutti

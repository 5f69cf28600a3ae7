// SPDX-License-Identifier: Apache-2.0
#include "numbers.hpp"

#include <tutti/kernel/histogram.hpp>

#include <doctest/doctest.h>

#include <algorithm>

using namespace tutti::kernel;

namespace {

/// A row carries as many numbers as it likes; the cell counts rows first.
struct Gradients {
  const float* g;
  int outputs;
  std::ptrdiff_t sums() const { return outputs + 1; }
  const float* at(std::uint32_t row) const { return g + static_cast<std::ptrdiff_t>(row) * outputs; }
  void add(double* cell, const float* row) const {
    cell[0] += 1;
    for (int k = 0; k < outputs; ++k) cell[1 + k] += static_cast<double>(row[k]);
  }
};

/// Weighted class counts: one of the numbers grows.
struct Classes {
  const std::int32_t* label;
  const float* weight;
  struct Row {
    std::int32_t label;
    float weight;
  };
  static std::ptrdiff_t sums() { return 4; }
  Row at(std::uint32_t row) const { return {label[row], weight[row]}; }
  void add(double* cell, Row row) const {
    cell[0] += 1;
    cell[1 + row.label] += static_cast<double>(row.weight);
  }
};

/// 200 rows of 6 columns with 1, 52, ... 256 codes; a histogram of columns 5, 0, 3 and 4, in that order.
struct Binned {
  static constexpr int width = 6, count = 200;
  std::vector<std::uint8_t> codes;
  std::vector<std::uint32_t> all, scattered;
  std::vector<std::int32_t> labels, column{5, 0, 3, 4}, first_cell;
  int cells = 0;

  Binned() {
    numbers::Stream stream(11);
    for (const int c : column) {
      first_cell.push_back(cells);
      cells += 1 + 51 * c;
    }
    for (std::uint32_t row = 0; row < count; ++row) {
      for (int c = 0; c < width; ++c)
        codes.push_back(static_cast<std::uint8_t>((stream.next() >> 4) % static_cast<unsigned>(1 + 51 * c)));
      labels.push_back(static_cast<std::int32_t>(stream.next() % 3));
      all.push_back(row);
      if (stream.next() % 3 == 0) scattered.push_back(row);
    }
    std::reverse(scattered.begin(), scattered.end());
  }
  HistogramColumns columns(int first = 0, int last = 4) const {
    return {codes.data(), width, column.data() + first, first_cell.data() + first, last - first};
  }
  template <class Statistics> std::vector<double> zeros(const Statistics& s) const {
    return std::vector<double>(static_cast<std::size_t>(cells * s.sums()));
  }
  template <class Statistics>
  std::vector<double> built(const Statistics& s, const std::vector<std::uint32_t>& rows) const {
    auto h = zeros(s);
    histogram(columns(), s, rows.data(), static_cast<std::ptrdiff_t>(rows.size()), h.data());
    return h;
  }
  /// Cell by cell: each looks for its rows.
  template <class Statistics>
  std::vector<double> searched(const Statistics& s, const std::vector<std::uint32_t>& rows) const {
    auto h = zeros(s);
    for (std::size_t j = 0; j < column.size(); ++j)
      for (int code = 0; code < 1 + 51 * column[j]; ++code)
        for (const std::uint32_t row : rows)
          if (codes[row * width + static_cast<std::size_t>(column[j])] == code)
            s.add(h.data() + (first_cell[j] + code) * s.sums(), s.at(row));
    return h;
  }
};

}  // namespace

TEST_CASE("a histogram holds what a search of each cell finds, for gradients of any number and for classes") {
  const Binned b;
  const std::vector<std::uint32_t> none;
  for (const auto* rows : {&b.all, &b.scattered, &none}) {
    for (const int outputs : {1, 2, 7}) {
      const auto g = numbers::whole<float>(Binned::count * outputs, 5);
      const Gradients statistics{g.data(), outputs};
      CHECK(b.built(statistics, *rows) == b.searched(statistics, *rows));
    }
    const auto weights = numbers::whole<float>(Binned::count, 8);
    const Classes statistics{b.labels.data(), weights.data()};
    CHECK(b.built(statistics, *rows) == b.searched(statistics, *rows));
  }
}

TEST_CASE("columns in ranges and rows in pieces add up to the whole histogram") {
  const Binned b;
  const auto g = numbers::whole<float>(Binned::count * 2, 6);
  const Gradients statistics{g.data(), 2};
  auto parts = b.zeros(statistics);
  const auto n = static_cast<std::ptrdiff_t>(b.scattered.size()), half = n / 2;
  for (const int first : {0, 3}) {
    const HistogramColumns columns = b.columns(first, first == 0 ? 3 : 4);
    histogram(columns, statistics, b.scattered.data(), half, parts.data());
    histogram(columns, statistics, b.scattered.data() + half, n - half, parts.data());
  }
  CHECK(parts == b.built(statistics, b.scattered));
}

TEST_CASE("a marked histogram is the histogram, and its marks name the cells that hold rows") {
  const Binned b;
  const auto g = numbers::whole<float>(Binned::count * 2, 6);
  const Gradients statistics{g.data(), 2};
  auto cells = b.zeros(statistics);
  Marks marks[4];
  marked_histogram(b.columns(), statistics, b.scattered.data(),
                   static_cast<std::ptrdiff_t>(b.scattered.size()), cells.data(), marks);
  CHECK(cells == b.built(statistics, b.scattered));
  for (std::size_t j = 0; j < 4; ++j) {
    int listed = -1, wrong = 0;
    for (int code = 0; code < 1 + 51 * b.column[j]; ++code) {
      const bool holds = cells[static_cast<std::size_t>((b.first_cell[j] + code) * 3)] > 0;
      wrong += marks[j].has(code) != holds;
      if (holds) {
        wrong += marks[j].next(listed + 1) != code;
        listed = code;
      }
    }
    CHECK(wrong == 0);
    CHECK(marks[j].next(listed + 1) == 256);
  }
}

TEST_CASE("the other child of a node is its parent without the one that was built") {
  const Binned b;
  const auto g = numbers::whole<float>(Binned::count * 2, 7);
  const Gradients statistics{g.data(), 2};
  const auto half = static_cast<std::ptrdiff_t>(b.scattered.size() / 2);
  auto parent = b.built(statistics, b.scattered);
  const auto left = b.built(statistics, {b.scattered.begin(), b.scattered.begin() + half});
  subtract_histogram(parent.data(), left.data(), static_cast<std::ptrdiff_t>(parent.size()));
  CHECK(parent == b.built(statistics, {b.scattered.begin() + half, b.scattered.end()}));
}

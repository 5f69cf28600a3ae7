// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/model/row_source.hpp>

#include <cstddef>

namespace tutti::detail {

/// Some rows of a source, as a source. Refers to both.
struct ChosenRows {
  const RowSource* from = nullptr;
  Buffer<std::ptrdiff_t> row{};

  [[gnu::cold]] RowSource source() const {
    RowSource s;
    s.rows = std::ssize(row);
    s.width = from->width;
    for (const std::ptrdiff_t i : row) s.total += s.weight.emplace_back(from->weight[static_cast<std::size_t>(i)]);
    s.data = this;
    s.copy = [](const void* self, std::ptrdiff_t i, float* to) {
      const auto& chosen = *static_cast<const ChosenRows*>(self);
      chosen.from->copy(chosen.from->data, chosen.row[static_cast<std::size_t>(i)], to);
    };
    return s;
  }
};

}  // namespace tutti::detail

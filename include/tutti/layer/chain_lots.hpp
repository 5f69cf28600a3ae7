// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/rows.hpp>
#include <tutti/layer/chain_plan.hpp>
#include <tutti/layer/parameters.hpp>

#include <algorithm>
#include <cstddef>

namespace tutti::detail {

/// Rows of a layer whose input and output of `width` numbers lie in the second cache together, a power of two; more of them where
/// weights that do not are read for each lot.
template <class T>
constexpr std::ptrdiff_t rows_in_cache(auto& node, std::ptrdiff_t width) {
  constexpr std::ptrdiff_t bytes = sizeof(T), least = 512 * 1024;
  ParameterVisitor<T> weights = ParameterVisitor<T>::counting();
  node.parameters(weights);
  const std::ptrdiff_t room = std::max(least, (weights.count() + weights.packed_count()) * bytes) / bytes;
  std::ptrdiff_t rows = 1;
  while (2 * rows * (node.in().size() + width) <= room) rows *= 2;
  return rows;
}

/// How layers in a row predict: each takes some rows at once, never fewer than the one before it, so that it finds in the cache what
/// that one made. Two buffers take turns between layers that take as many; what goes to layers that take more lies in a room of its own.
template <class T, std::size_t Count>
struct ChainLots {
  static constexpr std::ptrdiff_t every_row = std::ptrdiff_t{1} << 30;
  struct Layer {
    std::ptrdiff_t width = 0;            // of the output
    std::ptrdiff_t at_once = every_row;  // rows
    ChainPlace::Buffer place = ChainPlace::output;                // where the output goes
    bool stays = false;                  // the layer works where the one before it does, if it works at all
  };
  Layer layer[Count];

  /// Once each layer said how many rows it would take by itself.
  constexpr void settle() noexcept {
    for (std::size_t i = Count - 1; i > 0; --i) layer[i - 1].at_once = std::min(layer[i - 1].at_once, layer[i].at_once);
    for (std::size_t i = 1; i < Count; ++i)
      if (layer[i].stays) layer[i].at_once = layer[i - 1].at_once;
  }
  constexpr std::ptrdiff_t rows(std::size_t i, std::ptrdiff_t all) const noexcept { return std::min(all, layer[i].at_once); }
  /// Layer i takes more of so many rows than the one before it.
  constexpr bool takes_more(std::size_t i, std::ptrdiff_t all) const noexcept { return i > 0 && layer[i - 1].at_once < rows(i, all); }

  /// Numbers of the buffers and of what goes between, for so many rows.
  struct Rooms {
    std::ptrdiff_t buffer[3]{}, between = 0;
    constexpr std::ptrdiff_t size() const noexcept { return buffer[ChainPlace::first] + buffer[ChainPlace::second] + between; }
  };
  constexpr Rooms rooms(std::ptrdiff_t all) const noexcept {
    Rooms r;
    for (std::size_t i = 0; i < Count; ++i) {
      std::ptrdiff_t& buffer = r.buffer[layer[i].place];
      buffer = std::max(buffer, rows(i, all) * layer[i].width);
      if (takes_more(i, all)) r.between += rows(i, all) * layer[i - 1].width;
    }
    return r;
  }

  /// predict(first layer, end, x, y) for layers from `start` to `end` and these rows, in order: those that take as many rows as the
  /// last of them, lot by lot behind those before them.
  template <class Predict>
  void each_lot(std::size_t start, std::size_t end, Rows<const T> x, Rows<T> y, T* between, const Predict& predict) const noexcept {
    std::size_t begin = end - 1;
    while (begin > start && !takes_more(begin, x.rows())) --begin;
    const std::ptrdiff_t lot = layer[begin].at_once;
    for (std::ptrdiff_t first = 0; first < x.rows(); first += lot) {
      const std::ptrdiff_t n = std::min(lot, x.rows() - first);
      Rows<const T> from = x.slice(first, n);
      if (begin > start) {
        const Rows<T> before(between, n, layer[begin - 1].width);
        each_lot(start, begin, from, before, between + before.size(), predict);
        from = before;
      }
      predict(begin, end, from, y.slice(first, n));
    }
  }
};

}  // namespace tutti::detail

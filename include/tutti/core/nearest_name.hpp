// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/error.hpp>

#include <algorithm>
#include <string>
#include <string_view>

namespace tutti::detail {

/// How many letters must be inserted, left out, exchanged or swapped with their neighbour to make one name of the other;
/// upper and lower case are one letter.
/// Source   the optimal string alignment distance: Damerau, A technique for computer detection and correction of
///          spelling errors (CACM 7, 1964).
[[gnu::cold]] inline std::size_t edit_distance(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  const std::size_t w = b.size() + 1;
  Buffer<std::size_t> d((a.size() + 1) * w);
  for (std::size_t i = 0; i <= a.size(); ++i)
    for (std::size_t j = 0; j < w; ++j) {
      if (i == 0 || j == 0) {
        d[i * w + j] = i + j;
        continue;
      }
      const bool same = lower(a[i - 1]) == lower(b[j - 1]);
      std::size_t best = std::min({d[(i - 1) * w + j] + 1, d[i * w + j - 1] + 1, d[(i - 1) * w + j - 1] + (same ? 0 : 1)});
      if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1]))
        best = std::min(best, d[(i - 2) * w + j - 2] + 1);
      d[i * w + j] = best;
    }
  return d[a.size() * w + b.size()];
}

/// The name that was meant, for a message: `; did you mean "age"?`, or nothing where none is near.
template <class Names>
[[gnu::cold]] std::string meant(std::string_view name, const Names& names) {
  if (name.size() > 100) return {};
  std::size_t nearest = std::max<std::size_t>(2, name.size() / 3) + 1;
  std::string_view best;
  for (const auto& candidate : names) {
    const std::string_view text = candidate;
    if (text.size() > 100 || text.empty()) continue;
    if (const std::size_t d = edit_distance(name, text); d < nearest && d < text.size()) {
      nearest = d;
      best = text;
    }
  }
  return best.empty() ? std::string() : joined({"; did you mean \"", best, "\"?"});
}

}  // namespace tutti::detail

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/tune/suspect_labels.hpp>

#include <cstdio>
#include <iosfwd>
#include <string>
#include <string_view>

namespace tutti {

/// What `clean` found; prints as a list. Rows are those of the data it was given; each is counted once, where it was found
/// first.
struct CleanReport {
  std::ptrdiff_t rows = 0, kept = 0;
  Buffer<RowIndex> missing_targets{}, duplicates{}, outliers{};
  Buffer<SuspectLabel> suspects{};
  ClassNames classes{};
};

namespace detail {
[[gnu::cold]] inline void list_rows(std::string& out, std::string_view what, const Buffer<RowIndex>& rows) {
  out += "\n  " + std::string(what) + ": " + std::to_string(rows.size());
  for (std::size_t i = 0; i < rows.size() && i < 10; ++i)
    out += (i == 0 ? "  (rows " : ", ") + std::to_string(rows[i]);
  if (!rows.empty()) out += rows.size() > 10 ? ", ...)" : ")";
}
}  // namespace detail

[[gnu::cold]] inline std::string to_string(const CleanReport& r) {
  std::string out = std::to_string(r.kept) + " of " + std::to_string(r.rows) + " rows kept";
  detail::list_rows(out, "missing targets", r.missing_targets);
  detail::list_rows(out, "duplicates", r.duplicates);
  detail::list_rows(out, "outliers", r.outliers);
  out += "\n  suspect labels: " + std::to_string(r.suspects.size());
  const auto name = [&](int k) { return Label<Dynamic>(k, &r.classes).name(); };
  for (std::size_t i = 0; i < r.suspects.size() && i < 10; ++i) {
    const SuspectLabel& s = r.suspects[i];
    char text[64];
    std::snprintf(text, sizeof text, " (%.2g against %.2g)", static_cast<double>(s.probability_of_likely),
                  static_cast<double>(s.probability_of_given));
    out += "\n    row " + std::to_string(s.row) + ": " + name(s.given) + ", likely " + name(s.likely) + text;
  }
  if (r.suspects.size() > 10) out += "\n    ...";
  return out;
}
template <class Traits> auto& operator<<(std::basic_ostream<char, Traits>& out, const CleanReport& r) {
  return out << to_string(r);
}

}  // namespace tutti

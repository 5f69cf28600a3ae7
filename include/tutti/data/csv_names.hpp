// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/owned.hpp>
#include <tutti/data/csv_cell.hpp>

#include <cstdlib>
#include <string>
#include <string_view>

namespace tutti::detail {

/// Numbers the different texts of a column in the order in which they come. Holds views, or copies of what is kept. A hash
/// table of its own, and qsort: std::unordered_map and std::sort cost every program that reads a file half a
/// second of compile time.
class CsvNames {
 public:
  void add_all(const Buffer<std::string>& names) {
    for (const std::string& name : names) add(name);
  }
  int add(std::string_view name) {
    if (2 * names_.size() >= table_.size()) rehash(table_.empty() ? 16 : 4 * table_.size());
    int& place = table_[slot(name)];
    if (place < 0) {
      place = static_cast<int>(names_.size());
      names_.push_back(name);
    }
    return place;
  }
  /// The same for a text that will not stay: what is new is copied.
  int keep(std::string_view name) {
    if (const int number = find(name); number >= 0) return number;
    kept_.push_back(Owned<std::string>::make(name));
    return add(*kept_.back());
  }
  /// -1: not there.
  int find(std::string_view name) const { return table_.empty() ? -1 : table_[slot(name)]; }
  /// The same, but "3.0" and "03" also find the name "3".
  int find_class(std::string_view name) const {
    const int number = find(name);
    std::int64_t whole = 0;
    return number < 0 && parse_integer(name, whole) ? find(std::to_string(whole)) : number;
  }
  int size() const noexcept { return static_cast<int>(names_.size()); }
  std::string_view operator[](int number) const { return names_[static_cast<std::size_t>(number)]; }
  std::string list(int most) const {
    std::string text;
    for (int i = 0; i < std::min(size(), most); ++i)
      list_one(text, static_cast<std::size_t>(i), names_[static_cast<std::size_t>(i)]);
    return text;
  }

  /// The names in order, by value where all are numbers, else by their bytes; rank[i]: the place of the i-th
  /// that came.
  void sort(Buffer<std::string>& sorted, Buffer<int>& rank) const {
    struct Entry {
      double value = 0;
      std::string_view name{};
      int number = 0;
    };
    Buffer<Entry> entries(names_.size());
    bool numeric = true;
    for (std::size_t i = 0; i < entries.size(); ++i) {
      entries[i].name = names_[i];
      entries[i].number = static_cast<int>(i);
      numeric = numeric && parse_number(names_[i], entries[i].value);
    }
    if (!numeric)
      for (Entry& e : entries) e.value = 0;
    const auto compare = [](const void* a, const void* b) {
      const Entry &x = *static_cast<const Entry*>(a), &y = *static_cast<const Entry*>(b);
      return x.value != y.value ? (x.value < y.value ? -1 : 1) : x.name.compare(y.name);
    };
    if (!entries.empty()) std::qsort(entries.data(), entries.size(), sizeof(Entry), compare);
    rank.resize(entries.size());
    sorted.resize(entries.size());
    for (std::size_t place = 0; place < entries.size(); ++place) {
      sorted[place] = entries[place].name;
      rank[static_cast<std::size_t>(entries[place].number)] = static_cast<int>(place);
    }
  }

  /// Class names of a label that may have `classes` values (negative: any number). Whole numbers that count
  /// from 0 are their own index; rank as in sort().
  void sort_classes(int classes, Buffer<std::string>& sorted, Buffer<int>& rank) const {
    const std::int64_t most = classes < 0 ? size() : classes;
    Buffer<char> seen(static_cast<std::size_t>(most));
    rank.resize(names_.size());
    bool own = !names_.empty();
    for (std::size_t i = 0; i < names_.size() && own; ++i) {
      std::int64_t value = 0;
      own = parse_integer(names_[i], value) && value >= 0 && value < most;
      if (own) seen[static_cast<std::size_t>(rank[i] = static_cast<int>(value))] = 1;
    }
    if (own && classes < 0) {  // as many as are seen, and nothing left out between them
      classes = 0;
      for (const char s : seen) classes += s;
      for (int k = 0; k < classes; ++k) own = own && seen[static_cast<std::size_t>(k)] != 0;
    }
    if (!own) return sort(sorted, rank);
    sorted.resize(static_cast<std::size_t>(classes));
    for (int k = 0; k < classes; ++k) sorted[static_cast<std::size_t>(k)] = std::to_string(k);
  }

 private:
  std::size_t slot(std::string_view name) const {
    const std::size_t mask = table_.size() - 1;
    std::size_t s = std::hash<std::string_view>{}(name)&mask;
    while (table_[s] >= 0 && names_[static_cast<std::size_t>(table_[s])] != name) s = (s + 1) & mask;
    return s;
  }
  void rehash(std::size_t size) {
    table_.assign(size, -1);
    for (std::size_t i = 0; i < names_.size(); ++i) table_[slot(names_[i])] = static_cast<int>(i);
  }
  Buffer<int> table_{};  // a power of two, at most half full; -1: free
  Buffer<std::string_view> names_{};
  Buffer<Owned<std::string>> kept_{};
};

}  // namespace tutti::detail

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/side_columns.hpp>
#include <tutti/core/text.hpp>
#include <tutti/data/csv_plan.hpp>

#include <cstdint>

namespace tutti::detail {

/// Rows as they are read, in the lists that a plan asks for.
struct CsvRows {
  Buffer<Buffer<float>> floats{};        // by part, row after row
  Buffer<Buffer<std::uint8_t>> bytes{};  // by part
  Buffer<Buffer<double>> doubles{};      // of tables, by column
  Buffer<Buffer<std::int32_t>> codes{};
  Buffer<Texts> texts{};
  Buffer<std::int32_t> labels{};
  Buffer<float> values{};
  Buffer<std::uint8_t> flags{};
  SideColumns side{};

  /// Room for n rows; what is there already stays.
  void resize(const CsvPlan& plan, const CsvRequest& request, std::size_t n) { each(plan, request, n, [](auto& list, std::size_t size) { list.resize(size); }); }
  void reserve(const CsvPlan& plan, const CsvRequest& request, std::size_t n) { each(plan, request, n, [](auto& list, std::size_t size) { list.reserve(size); }); }

  /// Keeps the targets and side columns alone.
  void drop_inputs() {
    for (auto& list : floats) list.clear();
    for (auto& list : bytes) list.clear();
    for (auto& list : doubles) list.clear();
    for (auto& list : codes) list.clear();
    for (auto& list : texts) list.shorten(0);
  }

  /// The first n rows of a block, behind these; codes[d][i] is the number here of category i of its dictionary d.
  void append(const CsvPlan& plan, const CsvRows& block, std::size_t n, const Buffer<Buffer<int>>& number, const Buffer<int>& label_number) {
    for (std::size_t p = 0; p < plan.parts.size(); ++p) {
      const std::size_t count = n * static_cast<std::size_t>(plan.parts[p].width);
      if (plan.parts[p].store == CsvStore::floats) floats[p].append(block.floats[p].data(), count);
      if (plan.parts[p].store == CsvStore::bytes) bytes[p].append(block.bytes[p].data(), count);
    }
    for (std::size_t i = 0; i < doubles.size(); ++i) doubles[i].append(block.doubles[i].data(), n);
    for (std::size_t i = 0; i < codes.size(); ++i) codes[i].append(block.codes[i].data(), n);
    for (std::size_t i = 0; i < texts.size(); ++i) texts[i].append(block.texts[i]);
    const auto some = [n](auto& to, const auto& from, std::size_t width = 1) {
      if (!from.empty()) to.append(from.data(), n * width);
    };
    some(labels, block.labels);
    some(values, block.values, plan.values);
    some(flags, block.flags, plan.values);
    some(side.weight, block.side.weight), some(side.group, block.side.group), some(side.time, block.side.time), some(side.id, block.side.id);
    if (!plan.known_columns) renumber(plan, n, number);
    if (!plan.known_classes)
      for (std::size_t i = labels.size() - (labels.empty() ? 0 : n); i < labels.size(); ++i)
        labels[i] = label_number[static_cast<std::size_t>(labels[i])];
  }

  /// Other numbers for the categories of the last n rows.
  void renumber(const CsvPlan& plan, std::size_t n, const Buffer<Buffer<int>>& number) {
    for (const CsvSlot& slot : plan.slots) {
      if (slot.kind == CsvKind::code) {
        Buffer<std::int32_t>& list = codes[slot.list];
        for (std::size_t i = list.size() - n; i < list.size(); ++i)
          if (list[i] >= 0) list[i] = number[slot.names][static_cast<std::size_t>(list[i])];
      } else if (slot.kind == CsvKind::category) {
        Buffer<float>& list = floats[slot.part];
        const auto width = static_cast<std::size_t>(plan.parts[slot.part].width);
        for (std::size_t i = list.size() - n * width + slot.offset; i < list.size(); i += width)
          if (list[i] >= 0) list[i] = static_cast<float>(number[slot.names][static_cast<std::size_t>(list[i])]);
      }
    }
  }

 private:
  template <class F>
  void each(const CsvPlan& plan, const CsvRequest& request, std::size_t n, F&& f) {
    floats.resize(plan.parts.size()), bytes.resize(plan.parts.size());
    doubles.resize(plan.doubles), codes.resize(plan.codes), texts.resize(plan.texts);
    for (std::size_t p = 0; p < plan.parts.size(); ++p) {
      const std::size_t count = n * static_cast<std::size_t>(plan.parts[p].width);
      if (plan.parts[p].store == CsvStore::floats) f(floats[p], count);
      if (plan.parts[p].store == CsvStore::bytes) f(bytes[p], count);
    }
    for (auto& list : doubles) f(list, n);
    for (auto& list : codes) f(list, n);
    if (request.target == FileTarget::label) f(labels, n);
    else if (request.target == FileTarget::flags) f(flags, n * plan.values);
    else if (plan.values > 0) f(values, n * plan.values);
    const auto uses = [&](CsvKind kind) {
      for (const Buffer<CsvSlot>* slots : {&plan.slots, &plan.also})
        for (const CsvSlot& slot : *slots)
          if (slot.kind == kind) return true;
      return false;
    };
    if (uses(CsvKind::weight)) f(side.weight, n);
    if (uses(CsvKind::group)) f(side.group, n);
    if (uses(CsvKind::time)) f(side.time, n);
    if (uses(CsvKind::id)) f(side.id, n);
  }
};

}  // namespace tutti::detail

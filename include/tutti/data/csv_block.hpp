// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/random.hpp>
#include <tutti/data/csv_rows.hpp>
#include <tutti/data/csv_text.hpp>
#include <tutti/data/scan_number.hpp>

#include <limits>

namespace tutti::detail {

/// What every block is read by.
struct CsvTask {
  const CsvOptions& options;
  const CsvRequest& request;
  const CsvDialect& dialect;
  const CsvHeader& header;
  const CsvPlan& plan;
  const Buffer<CsvNames>& names;  // categories that a schema knows
  const CsvNames& classes;        // classes that a schema knows
  bool scans;                     // numbers are read where they lie: none of them means a missing value
};

/// A stretch of whole records, and the rows that they are. Blocks are read side by side; their categories are numbered in
/// the order in which they come in the block.
class CsvBlock {
 public:
  CsvText text{};
  std::ptrdiff_t lines = 0;  // that end in it
  CsvRows rows{};
  CsvReport report{};
  Buffer<CsvNames> names{};
  CsvNames classes{};
  CsvFault fault{};
  std::string refused{};     // what was wrong with it before it was read

  void read(const CsvTask& task) {
    task_ = &task;
    lines = text.lines();
    report = {};
    fault = {};
    names = Buffer<CsvNames>(task.plan.dictionaries);
    classes = CsvNames();
    if (!refused.empty()) return fail(text.begin(), refused);
    if (const char* const zero = text.zero_byte()) return fail(zero, "a zero byte: this is not a text file");
    rows.resize(task.plan, task.request, static_cast<std::size_t>(lines) + 1);
    for (Texts& list : rows.texts) list.shorten(0);
    CsvScanner scanner = text.scanner(task.dialect);
    while (!fault && !scanner.fault() && scanner.next_row()) read_row(scanner);
    for (Texts& list : rows.texts) list.shorten(static_cast<std::size_t>(report.rows));
    if (scanner.fault() && !fault) fault = scanner.fault();
  }

 private:
  void read_row(CsvScanner& scanner) {
    const CsvPlan& plan = task_->plan;
    const std::size_t width = plan.slots.size();
    missing_ = unseen_ = 0;
    bool complete = true;
    bool more = true;
    for (std::size_t c = 0; more && c < width; ++c) {
      complete = read_here(plan.slots[c], c, scanner) && complete;
      if (fault || scanner.fault()) return;
      more = scanner.next_cell();
    }
    std::size_t cells = scanner.cells();
    while (more) {
      scanner.cell();
      if (scanner.fault()) return;
      more = scanner.next_cell();
      ++cells;
    }
    if (cells != width) return fail(scanner.row(), joined({"expected ", width, " cells as in the first line, got ", cells}));
    if (complete) {
      ++report.rows;
      report.missing += missing_;
      report.unseen += unseen_;
    } else {
      ++report.dropped;
      for (Texts& list : rows.texts) list.shorten(static_cast<std::size_t>(report.rows));
    }
  }

  /// One cell; false when its row is to be dropped.
  [[gnu::always_inline]] bool read_here(const CsvSlot& slot, std::size_t column, CsvScanner& scanner) {
    if (task_->scans && slot.also == 0) {
      if (slot.kind == CsvKind::real) {
        if (scanned(scanner, rows.doubles[slot.list][row()])) return true;
      } else if (slot.kind == CsvKind::number) {
        if (scanned(scanner, float_at(slot))) return true;
      }
    }
    return read_cell(slot, column, scanner.cell());
  }
  template <class T>
  [[gnu::always_inline]] bool scanned(CsvScanner& scanner, T& value) {
    const char* p = scanner.at();
    while (*p == ' ') ++p;
    p = scan_number(p, value);
    if (p == nullptr || !task_->dialect.stop(*p)) return false;
    scanner.move_to(p);
    return true;
  }

  [[gnu::noinline]] bool read_cell(const CsvSlot& slot, std::size_t column, std::string_view cell) {
    bool keep = use_cell(slot, column, cell);
    if (slot.also > 0 && !fault) keep = use_cell(task_->plan.also[slot.also - 1], column, cell) && keep;
    return keep;
  }

  bool use_cell(const CsvSlot& slot, std::size_t column, std::string_view cell) {
    const CsvOptions& options = task_->options;
    const bool absent = slot.kind != CsvKind::nothing && is_missing(cell, options.missing);
    const bool target = slot.kind == CsvKind::label || slot.kind == CsvKind::value || slot.kind == CsvKind::flag;
    if (absent && target && (options.drop_missing || options.drop_missing_target)) return zero(slot), false;
    constexpr double none = std::numeric_limits<double>::quiet_NaN();
    switch (slot.kind) {
      case CsvKind::nothing: return true;
      case CsvKind::number: {
        float& out = float_at(slot);
        if (absent) return out = static_cast<float>(none), hole();
        if (!parse_number(cell, out)) return refuse(column, cell, "a number", number_hint());
        if (std::isinf(out)) return refuse(column, cell, "a finite number");
        return std::isnan(out) ? hole() : true;
      }
      case CsvKind::real: {
        double& out = rows.doubles[slot.list][row()];
        if (absent) return out = none, hole();
        if (!parse_number(cell, out)) return refuse(column, cell, "a number", number_hint());
        if (std::isinf(out)) return refuse(column, cell, "a finite number");
        return std::isnan(out) ? hole() : true;
      }
      case CsvKind::date: case CsvKind::moment: {
        double seconds = none;
        if (!absent && !parse_time(cell, seconds)) return refuse(column, cell, dates_wanted);
        if (slot.kind == CsvKind::date) float_at(slot) = static_cast<float>(seconds / 86400);
        else rows.doubles[slot.list][row()] = seconds;
        return absent ? hole() : true;
      }
      case CsvKind::category: case CsvKind::code: {
        const int code = absent ? -1 : category(slot, cell);
        if (slot.kind == CsvKind::code) rows.codes[slot.list][row()] = code;
        else float_at(slot) = code < 0 ? static_cast<float>(none) : static_cast<float>(code);
        return code < 0 ? hole() : true;
      }
      case CsvKind::words:
        rows.texts[slot.list].append(absent ? std::string_view() : cell);
        return absent ? hole() : true;
      case CsvKind::byte: {
        std::int64_t value = 0;
        if (absent && options.drop_missing) return false;
        if (absent || !parse_integer(cell, value) || value < 0 || value > 255) return refuse(column, cell, "a whole number from 0 to 255");
        rows.bytes[slot.part][row() * width_of(slot.part) + slot.offset] = static_cast<std::uint8_t>(value);
        return true;
      }
      case CsvKind::label: return read_label(column, cell, absent);
      case CsvKind::value: {
        float& out = rows.values[row() * task_->plan.values + slot.offset];
        if (absent || !parse_number(cell, out) || !std::isfinite(out)) return refuse(column, cell, "a finite number");
        return true;
      }
      case CsvKind::flag: {
        const int flag = absent ? -1 : flag_of(cell);
        if (flag < 0) return refuse(column, cell, "a flag (0 or 1, no or yes, false or true)");
        rows.flags[row() * task_->plan.values + slot.offset] = static_cast<std::uint8_t>(flag);
        return true;
      }
      case CsvKind::weight: {
        float& weight = rows.side.weight[row()];
        if (absent || !parse_number(cell, weight) || !std::isfinite(weight) || weight < 0)
          return refuse(column, cell, "a finite weight that is not negative");
        return true;
      }
      case CsvKind::time:
        if (absent || !parse_time(cell, rows.side.time[row()])) return refuse(column, cell, dates_wanted);
        return true;
      case CsvKind::group: case CsvKind::id: {
        if (absent) return refuse(column, cell, "a number or a name");
        std::int64_t whole = 0;  // other text is hashed, so that it is the same in every file
        if (!parse_number(cell, whole)) whole = static_cast<std::int64_t>(Random::hash(cell));
        (slot.kind == CsvKind::group ? rows.side.group : rows.side.id)[row()] = whole;
        return true;
      }
    }
    return true;
  }

  static constexpr const char* dates_wanted = "a number or a date (2024-02-29 or 2024-02-29T12:30:00)";
  std::string number_hint() const {
    return task_->plan.known_columns ? "" : " (name columns of text in .categorical, further spellings of a missing value in .missing)";
  }
  std::size_t row() const noexcept { return static_cast<std::size_t>(report.rows); }
  std::size_t width_of(std::size_t part) const noexcept { return static_cast<std::size_t>(task_->plan.parts[part].width); }
  float& float_at(const CsvSlot& slot) noexcept { return rows.floats[slot.part][row() * width_of(slot.part) + slot.offset]; }
  bool hole() {
    ++missing_;
    return !task_->options.drop_missing;
  }
  void zero(const CsvSlot& slot) {
    if (slot.kind == CsvKind::label) rows.labels[row()] = 0;
  }
  static int flag_of(std::string_view cell) {
    for (const std::string_view yes : {"1", "true", "True", "TRUE", "yes", "Yes", "1.0"})
      if (cell == yes) return 1;
    for (const std::string_view no : {"0", "false", "False", "FALSE", "no", "No", "0.0"})
      if (cell == no) return 0;
    return -1;
  }
  int category(const CsvSlot& slot, std::string_view cell) {
    const int code = task_->plan.known_columns ? task_->names[slot.names].find_class(cell) : names[slot.names].add(cell);
    unseen_ += code < 0;
    return code;
  }
  bool read_label(std::size_t column, std::string_view cell, bool absent) {
    if (absent) return refuse(column, cell, "a class");
    const std::string_view name = task_->options.relabel != nullptr ? task_->options.relabel(cell) : cell;
    const int label = task_->plan.known_classes ? task_->classes.find_class(name) : classes.add(name);
    rows.labels[row()] = label;
    return label >= 0 || refuse(column, cell, joined({"one of the classes ", listed(task_->plan.schema.classes)}));
  }
  void fail(const char* place, std::string message) {
    if (!fault) fault = {place, std::move(message)};
  }
  [[gnu::cold, gnu::noinline]] bool refuse(std::size_t column, std::string_view cell, std::string_view expected, std::string_view hint = "") {
    fail(cell.data(),
         joined({"expected ", expected, " in the column ", shown(task_->header.name(column)), ", got ",
                 is_missing(cell, task_->options.missing) ? "a missing value" : shown(cell), hint}));
    return false;
  }

  const CsvTask* task_ = nullptr;
  std::ptrdiff_t missing_ = 0, unseen_ = 0;  // in the row at hand
};

}  // namespace tutti::detail

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/dataset.hpp>
#include <tutti/core/random.hpp>
#include <tutti/data/csv_parser.hpp>
#include <tutti/data/csv_plan.hpp>

#include <limits>

// Rows of text into columns of numbers. Not a template: what the types ask for comes as a CsvRequest.
namespace tutti::detail {

struct CsvTable {
  Buffer<CsvPart> parts{};
  Buffer<std::int32_t> labels{};
  Buffer<float> values{};
  SideColumns side{};
  Schema schema{};
};

class CsvReader {
 public:
  CsvReader(const std::string& path, const CsvOptions& options, const Schema* known, CsvRequest request)
      : options_(options),
        request_(std::move(request)),
        parser_(path, read_file(path, options.limit), options.delimiter),
        header_(path, column_names()),
        plan_(plan_csv(header_, options, known, request_)) {
    known_columns_ = known != nullptr && !known->columns.empty();
    known_classes_ = known != nullptr && !known->classes.empty();
    for (const CsvSlot& slot : plan_.slots)
      if (slot.kind == CsvKind::category && known_columns_)
        plan_.names[slot.names].add_all(plan_.schema.columns[slot.input].categories);
    if (known_classes_) plan_.schema.classes = known->classes;
    if (known_classes_ && request_.target == CsvTarget::label) {
      labels_.add_all(plan_.schema.classes);
      if (request_.classes >= 0 && labels_.size() > request_.classes)
        throw ShapeError(joined({path, ": expected at most ", request_.classes, " classes for ",
                                 request_.output, ", got ", labels_.size(), " in the schema"}));
    }
  }
  CsvReader(const CsvReader&) = delete;  // dictionaries view the text and the schema
  CsvReader& operator=(const CsvReader&) = delete;

  CsvTable read() {
    for (bool more = !options_.header || parser_.next(cells_); more; more = parser_.next(cells_)) {
      if (cells_.size() != header_.size())
        parser_.fail(parser_.row(), joined({"expected ", header_.size(), " cells as in the first line, got ",
                                            cells_.size()}));
      for (CsvPart& part : request_.parts) part.grow();
      const CsvReport before = report_;
      bool complete = true;
      for (const CsvSlot& slot : plan_.slots) {
        complete = read_cell(slot, cells_[slot.column]) && complete;
        if (!complete && options_.drop_missing) break;
      }
      if (complete || !options_.drop_missing) {
        ++report_.rows;
      } else {
        report_ = before;
        ++report_.dropped;
        drop_row();
      }
    }
    if (report_.rows == 0)
      header_.refuse(
          {report_.dropped > 0 ? "a value is missing in every row" : "there are no rows below the header"});
    name_categories();
    name_classes();
    report_.delimiter = parser_.delimiter();
    if (options_.report != nullptr) *options_.report = report_;
    return {std::move(request_.parts), std::move(label_), std::move(value_), std::move(side_),
            std::move(plan_.schema)};
  }

 private:
  Buffer<std::string> column_names() {
    parser_.next(cells_);
    Buffer<std::string> names;
    for (std::size_t c = 0; c < cells_.size(); ++c)
      names.push_back(options_.header ? std::string(cells_[c]) : std::to_string(c));
    return names;
  }

  [[noreturn]] void refuse(const CsvSlot& slot, std::string_view cell, std::string_view expected,
                           std::string_view hint = "") const {
    parser_.fail(cell.data(),
                 joined({"expected ", expected, " in the column ", shown(header_.name(slot.column)), ", got ",
                         missing(cell) ? "a missing value" : shown(cell), hint}));
  }
  bool missing(std::string_view cell) const { return is_missing(cell, options_.missing); }

  /// Appends one value; false when it is missing.
  bool read_cell(const CsvSlot& slot, std::string_view cell) {
    switch (slot.kind) {
      case CsvKind::number:
        return read_number(slot, cell);
      case CsvKind::category:
        return read_category(slot, cell);
      case CsvKind::byte: {
        std::int64_t value = 0;
        if (missing(cell) && options_.drop_missing) return false;
        if (missing(cell) || !parse_integer(cell, value) || value < 0 || value > 255)
          refuse(slot, cell, "a whole number from 0 to 255");
        request_.parts[slot.part].last_bytes()[slot.offset] = static_cast<std::uint8_t>(value);
        return true;
      }
      case CsvKind::label:
        return read_label(slot, cell);
      case CsvKind::value: {
        value_.push_back(0);
        if (missing(cell) && options_.drop_missing) return false;
        if (missing(cell) || !parse_number(cell, value_.back()) || !std::isfinite(value_.back()))
          refuse(slot, cell, "a finite number");
        return true;
      }
      case CsvKind::weight: {
        float weight = 0;
        if (missing(cell) || !parse_number(cell, weight) || !std::isfinite(weight) || weight < 0)
          refuse(slot, cell, "a finite weight that is not negative");
        side_.weight.push_back(weight);
        return true;
      }
      case CsvKind::time: {
        double time = 0;
        if (missing(cell) || !parse_time(cell, time))
          refuse(slot, cell, "a number or a date (2024-02-29 or 2024-02-29T12:30:00)");
        side_.time.push_back(time);
        return true;
      }
      case CsvKind::group:
        side_.group.push_back(key(slot, cell));
        return true;
      case CsvKind::id:
        side_.id.push_back(key(slot, cell));
        return true;
    }
    return true;
  }

  bool read_number(const CsvSlot& slot, std::string_view cell) {
    float& out = request_.parts[slot.part].last_numbers()[slot.offset];
    if (missing(cell)) out = std::numeric_limits<float>::quiet_NaN();
    else if (!parse_number(cell, out))
      refuse(slot, cell, "a number", " (name columns of text in .categorical)");
    else if (std::isinf(out)) refuse(slot, cell, "a finite number");
    if (!std::isnan(out)) return true;
    ++report_.missing;
    return false;
  }

  bool read_category(const CsvSlot& slot, std::string_view cell) {
    CsvNames& names = plan_.names[slot.names];
    const int code = missing(cell) ? -1 : known_columns_ ? names.find_class(cell) : names.add(cell);
    if (code < 0 && !missing(cell)) ++report_.unseen;
    request_.parts[slot.part].last_numbers()[slot.offset] =
        code < 0 ? std::numeric_limits<float>::quiet_NaN() : static_cast<float>(code);
    if (code >= 0) return true;
    ++report_.missing;
    return false;
  }

  bool read_label(const CsvSlot& slot, std::string_view cell) {
    label_.push_back(0);
    if (missing(cell)) {
      if (!options_.drop_missing) refuse(slot, cell, "a class");
      return false;
    }
    label_.back() = known_classes_ ? labels_.find_class(cell) : labels_.add(cell);
    if (label_.back() < 0) refuse(slot, cell, joined({"one of the classes ", listed(plan_.schema.classes)}));
    return true;
  }

  /// A group or an id: whole numbers are themselves, other text is hashed, so that it is the same in every
  /// file.
  std::int64_t key(const CsvSlot& slot, std::string_view cell) const {
    std::int64_t whole = 0;
    if (missing(cell)) refuse(slot, cell, "a number or a name");
    return parse_number(cell, whole) ? whole : static_cast<std::int64_t>(Random::hash(cell));
  }

  void drop_row() {
    for (CsvPart& part : request_.parts) part.shrink();
    const auto rows = static_cast<std::size_t>(report_.rows);
    const auto cut = [rows](auto& column) {
      while (column.size() > rows) column.pop_back();
    };
    cut(label_), cut(value_), cut(side_.weight), cut(side_.group), cut(side_.time), cut(side_.id);
  }

  /// From numbers in the order in which names came to numbers in the order of the sorted names.
  void name_categories() {
    Buffer<int> rank;
    for (const CsvSlot& slot : plan_.slots) {
      if (slot.kind != CsvKind::category || known_columns_) continue;
      plan_.names[slot.names].sort(plan_.schema.columns[slot.input].categories, rank);
      CsvPart& part = request_.parts[slot.part];
      for (std::size_t i = slot.offset; i < part.numbers.size(); i += static_cast<std::size_t>(part.width))
        if (float& v = part.numbers[i]; !std::isnan(v))
          v = static_cast<float>(rank[static_cast<std::size_t>(v)]);
    }
  }
  void name_classes() {
    if (known_classes_ || request_.target != CsvTarget::label) return;
    const int most = request_.classes;
    Buffer<int> rank;
    labels_.sort_classes(most, plan_.schema.classes, rank);
    if (most >= 0 && std::ssize(plan_.schema.classes) > most) {
      const std::string_view extra = labels_[most];
      parser_.fail(extra.data(), joined({"expected ", most, " classes for ", request_.output,
                                         ", got one more, ", shown(extra), ", beside ", labels_.list(most)}));
    }
    for (std::int32_t& label : label_) label = rank[static_cast<std::size_t>(label)];
  }

  CsvOptions options_;
  CsvRequest request_;
  CsvParser parser_;
  Buffer<std::string_view> cells_{};
  CsvHeader header_;
  CsvPlan plan_;
  CsvNames labels_{};
  bool known_columns_ = false, known_classes_ = false;
  Buffer<std::int32_t> label_{};
  Buffer<float> value_{};
  SideColumns side_{};
  CsvReport report_{};
};

}  // namespace tutti::detail

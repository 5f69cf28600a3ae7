// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/schema.hpp>
#include <tutti/data/csv_names.hpp>
#include <tutti/data/csv_options.hpp>

// Which cell of a row goes where: decided once from the header, the options and the schema.
namespace tutti::detail {

/// The inputs of one field: numbers, or the bytes of an image.
struct CsvPart {
  int width = 0;  // Dynamic until the header is known
  bool image = false;
  Buffer<float> numbers{};
  Buffer<std::uint8_t> bytes{};

  std::size_t stride() const noexcept { return static_cast<std::size_t>(width); }
  void grow() { image ? bytes.resize(bytes.size() + stride()) : numbers.resize(numbers.size() + stride()); }
  void shrink() { image ? bytes.resize(bytes.size() - stride()) : numbers.resize(numbers.size() - stride()); }
  float* last_numbers() noexcept { return numbers.data() + (numbers.size() - stride()); }
  std::uint8_t* last_bytes() noexcept { return bytes.data() + (bytes.size() - stride()); }
};

enum class CsvTarget { none, label, number };

/// What the types ask of the file.
struct CsvRequest {
  std::string input{}, output{};  // their names, for messages
  Buffer<CsvPart> parts{};
  CsvTarget target = CsvTarget::none;
  int classes = 0;
};

enum class CsvKind { number, byte, category, label, value, weight, group, time, id };

struct CsvSlot {
  CsvKind kind = CsvKind::number;
  std::size_t column = 0;            // of the file
  std::size_t part = 0, offset = 0;  // inputs: the place in the part's row
  std::size_t input = 0;             // inputs: the place among all inputs, as in the schema
  std::size_t names = 0;             // categories: which dictionary
};

/// The columns of a file by name.
class CsvHeader {
 public:
  CsvHeader(std::string path, Buffer<std::string> names)
      : path_(std::move(path)), names_(std::move(names)) {
    for (std::size_t c = 0; c < names_.size(); ++c) {
      const auto number = static_cast<std::size_t>(index_.add(names_[c]));
      if (number == places_.size()) places_.push_back({c, false});
      else places_[number].twice = true;
    }
  }
  CsvHeader(const CsvHeader&) = delete;  // the index views the names
  CsvHeader& operator=(const CsvHeader&) = delete;

  std::size_t size() const noexcept { return names_.size(); }
  std::string_view name(std::size_t column) const { return names_[column]; }
  const std::string& path() const noexcept { return path_; }
  std::string all() const { return listed(names_); }
  [[noreturn]] void refuse(std::initializer_list<Word> message) const {
    throw DataError(joined({path_, ": ", joined(message)}));
  }
  bool has(std::string_view name) const { return index_.find(name) >= 0; }
  /// Errors   DataError when there is no such column, or more than one.
  std::size_t find(std::string_view name, std::string_view use) const {
    const int number = index_.find(name);
    if (number < 0) refuse({"no ", use, " column ", shown(name), "; the columns are ", all()});
    const Place& place = places_[static_cast<std::size_t>(number)];
    if (place.twice)
      refuse({"the column name ", shown(name),
              " occurs twice (say .header = false when the first line is a row)"});
    return place.column;
  }

 private:
  struct Place {
    std::size_t column;
    bool twice;
  };
  std::string path_;
  Buffer<std::string> names_;
  CsvNames index_;
  Buffer<Place> places_;
};

struct CsvPlan {
  Buffer<CsvSlot> slots{};  // inputs first, in their order
  Schema schema{};
  Buffer<CsvNames> names{};
};

/// Deals the input columns to the parts in their order; the one part of unknown width takes what the others
/// leave.
/// Errors   ShapeError when the widths do not add up.
inline void deal_inputs(CsvPlan& plan, const CsvHeader& header, CsvRequest& request) {
  int fixed = 0;
  CsvPart* open = nullptr;
  for (CsvPart& part : request.parts) (part.width < 0 ? void(open = &part) : void(fixed += part.width));
  const int inputs = static_cast<int>(plan.slots.size());
  if (inputs == 0) header.refuse({"no input columns are left; the columns are ", header.all()});
  if (open != nullptr ? inputs <= fixed : inputs != fixed) {
    std::string names;
    for (std::size_t i = 0; i < plan.slots.size(); ++i) list_one(names, i, plan.schema.columns[i].name);
    throw ShapeError(joined({header.path(), ": expected ", open != nullptr ? "more than " : "", fixed,
                             " input columns for ", request.input, ", got ", inputs, ": ", names}));
  }
  if (open != nullptr) open->width = inputs - fixed;
  std::size_t next = 0, categories = 0;
  for (std::size_t p = 0; p < request.parts.size(); ++p)
    for (int j = 0; j < request.parts[p].width; ++j, ++next) {
      CsvSlot& slot = plan.slots[next];
      slot.part = p;
      slot.offset = static_cast<std::size_t>(j);
      slot.input = next;
      const Column& column = plan.schema.columns[next];
      if (column.kind == ColumnKind::numeric) {
        slot.kind = request.parts[p].image ? CsvKind::byte : CsvKind::number;
      } else {
        if (request.parts[p].image)
          header.refuse({"an image has no categorical column, got ", shown(column.name)});
        slot.kind = CsvKind::category;
        slot.names = categories++;
      }
    }
  plan.names = Buffer<CsvNames>(categories);
}

/// Errors   DataError for a column that is not there, is there twice, or is target and input; ShapeError for
///          the width.
inline CsvPlan plan_csv(const CsvHeader& header, const CsvOptions& options, const Schema* known,
                        CsvRequest& request) {
  CsvPlan plan;
  Buffer<CsvSlot> others;
  Buffer<char> used(header.size());
  const auto other = [&](const std::string& name, const char* use, CsvKind kind) {
    if (name.empty()) return;
    others.push_back({kind, header.find(name, use)});
    used[others.back().column] = 1;
  };
  const std::string& target = options.target.empty() && known != nullptr ? known->target : options.target;
  if (request.target != CsvTarget::none) {
    if (target.empty())
      header.refuse({"which column is the ", request.output, "? Say .target = \"name\"; the columns are ",
                     header.all()});
    other(target, "target", request.target == CsvTarget::label ? CsvKind::label : CsvKind::value);
  } else if (!target.empty() && header.has(target)) {
    used[header.find(target, "target")] = 1;
  }
  other(options.weight, "weight", CsvKind::weight);
  other(options.group, "group", CsvKind::group);
  other(options.time, "time", CsvKind::time);
  other(options.id, "id", CsvKind::id);

  plan.schema.target = target;
  if (known != nullptr && !known->columns.empty()) {
    if (!options.columns.empty() || !options.categorical.empty())
      header.refuse({".columns and .categorical come from the schema, leave them out"});
    plan.schema = *known;
  } else if (!options.columns.empty()) {
    for (const std::string& name : options.columns) plan.schema.columns.push_back({name});
  } else {
    for (std::size_t c = 0; c < header.size(); ++c)
      if (!used[c]) plan.schema.columns.push_back({std::string(header.name(c))});
  }
  for (const Column& column : plan.schema.columns) {
    plan.slots.push_back({CsvKind::number, header.find(column.name, "input")});
    if (column.name == target) header.refuse({"the column ", shown(target), " is both target and input"});
  }
  for (const std::string& name : options.categorical) {
    bool found = false;
    for (Column& column : plan.schema.columns)
      if (column.name == name) {
        column.kind = ColumnKind::categorical;
        found = true;
      }
    if (!found)
      header.refuse({"no input column ", shown(name), " to be categorical; the columns are ", header.all()});
  }
  deal_inputs(plan, header, request);
  for (const CsvSlot& slot : others) plan.slots.push_back(slot);
  return plan;
}

}  // namespace tutti::detail

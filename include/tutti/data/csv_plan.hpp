// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/nearest_name.hpp>
#include <tutti/core/schema.hpp>
#include <tutti/data/csv_names.hpp>
#include <tutti/data/csv_options.hpp>
#include <tutti/data/file_target.hpp>

// Which cell of a row goes where: decided once from the header, the options and the schema.
namespace tutti::detail {

/// What the inputs of one field are kept in.
enum class CsvStore { floats, bytes, table, text };

struct CsvPart {
  int width = 0;  // columns; Dynamic until the header is known
  CsvStore store = CsvStore::floats;
};

/// What the types ask of the file.
struct CsvRequest {
  std::string input{}, output{};  // their names, for messages
  Buffer<CsvPart> parts{};
  FileTarget target = FileTarget::none;
  int outputs = 0;  // classes of a label, numbers or flags of a row; Dynamic: those of the data
};

/// What becomes of a cell. Those of rows: `number`, `category`, `date` go to floats, `byte` to bytes; of tables: `real`,
/// `moment` to doubles, `code` to codes; `words` to texts.
enum class CsvKind : unsigned char {
  nothing, number, category, date, byte, real, moment, code, words, label, value, flag, weight, group, time, id
};

struct CsvSlot {
  CsvKind kind = CsvKind::nothing;
  std::size_t part = 0, offset = 0;  // the place in the part's row; values and flags: the place in the target
  std::size_t list = 0;              // which of the lists of its kind (doubles, codes, texts)
  std::size_t names = 0;             // categories: which dictionary
  std::size_t input = 0;             // inputs: the place among all inputs, as in the schema
  std::size_t also = 0;              // the same cell has another use: one more than its place in CsvPlan::also
};

/// The columns of a file by name.
class CsvHeader {
 public:
  CsvHeader(std::string path, Buffer<std::string> names) : path_(std::move(path)), names_(std::move(names)) {
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
  [[noreturn, gnu::cold]] void refuse(std::initializer_list<Word> message) const {
    throw DataError(joined({path_, ": ", joined(message)}));
  }
  bool has(std::string_view name) const { return index_.find(name) >= 0; }
  /// Errors   DataError when there is no such column, or more than one.
  std::size_t find(std::string_view name, std::string_view use) const {
    const int number = index_.find(name);
    if (number < 0) refuse({"no ", use, " column ", shown(name), meant(name, names_), "; the columns are ", all()});
    const Place& place = places_[static_cast<std::size_t>(number)];
    if (place.twice)
      refuse({"the column name ", shown(name), " occurs twice (say .header = false when the first line is a row)"});
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
  Buffer<CsvSlot> slots{};            // one for each column of the file
  Buffer<CsvSlot> also{};             // second uses of columns: a time that is an input as well
  Buffer<std::size_t> inputs{};       // the column of the file that an input is
  Schema schema{};
  Buffer<CsvPart> parts{};
  std::size_t doubles = 0, codes = 0, texts = 0, dictionaries = 0;  // lists of each kind
  std::size_t values = 0;             // numbers of a target, or flags
  bool known_columns = false, known_classes = false;  // they come from a schema
};

/// A column as the options name it in one of their lists, numeric where none does.
inline void name_kinds(const CsvHeader& header, const CsvOptions& options, CsvPlan& plan) {
  const auto apply = [&](const Buffer<std::string>& names, ColumnKind kind, std::string_view word) {
    for (const std::string& name : names) {
      bool found = false;
      for (Column& column : plan.schema.columns)
        if (column.name == name) column.kind = kind, found = true;
      if (!found) header.refuse({"no input column ", shown(name), " to be ", word, meant(name, column_names(plan.schema)), "; the columns are ", header.all()});
    }
  };
  apply(options.numeric, ColumnKind::numeric, "numeric");
  apply(options.categorical, ColumnKind::categorical, "categorical");
  apply(options.dates, ColumnKind::date, "dates");
  apply(options.text, ColumnKind::text, "text");
}

/// Deals the input columns to the parts in their order; the one part of unknown width takes what the others leave.
/// Errors   ShapeError when the widths do not add up.
inline void deal_inputs(CsvPlan& plan, const CsvHeader& header, const CsvRequest& request) {
  plan.parts = request.parts;
  int fixed = 0;
  CsvPart* open = nullptr;
  for (CsvPart& part : plan.parts) (part.width < 0 ? void(open = &part) : void(fixed += part.width));
  const int inputs = static_cast<int>(plan.inputs.size());
  if (inputs == 0) header.refuse({"no input columns are left; the columns are ", header.all()});
  if (open != nullptr ? inputs <= fixed : inputs != fixed) {
    std::string names;
    for (std::size_t i = 0; i < plan.inputs.size(); ++i) list_one(names, i, plan.schema.columns[i].name);
    throw ShapeError(joined({header.path(), ": expected ", open != nullptr ? "more than " : "", fixed, " input columns for ",
                             request.input, ", got ", inputs, ": ", names}));
  }
  if (open != nullptr) open->width = inputs - fixed;
}

/// What each input becomes, by its kind and the part it belongs to.
/// Errors   DataError for a kind that the part does not hold.
inline void settle_inputs(CsvPlan& plan, const CsvHeader& header) {
  std::size_t next = 0;
  for (std::size_t p = 0; p < plan.parts.size(); ++p)
    for (int j = 0; j < plan.parts[p].width; ++j, ++next) {
      const CsvStore store = plan.parts[p].store;
      Column& column = plan.schema.columns[next];
      if (store == CsvStore::text) column.kind = ColumnKind::text;
      CsvSlot& slot = plan.slots[plan.inputs[next]];
      std::size_t also = 0;
      if (slot.kind != CsvKind::nothing) {
        plan.also.push_back(slot);
        also = plan.also.size();
      }
      slot = {CsvKind::number, p, static_cast<std::size_t>(j), 0, 0, next, also};
      const bool table = store == CsvStore::table;
      if (store == CsvStore::bytes && column.kind != ColumnKind::numeric)
        header.refuse({"an image has no column of ", plural(column.kind), ", got ", shown(column.name)});
      if (store == CsvStore::floats && column.kind == ColumnKind::text)
        header.refuse({"a row has no column of texts, got ", shown(column.name), " (a Table has)"});
      switch (column.kind) {
        case ColumnKind::numeric: slot.kind = store == CsvStore::bytes ? CsvKind::byte : table ? CsvKind::real : CsvKind::number; break;
        case ColumnKind::date: slot.kind = table ? CsvKind::moment : CsvKind::date; break;
        case ColumnKind::text: slot.kind = CsvKind::words; break;
        case ColumnKind::categorical:
          slot.kind = table ? CsvKind::code : CsvKind::category;
          slot.names = plan.dictionaries++;
      }
      slot.list = slot.kind == CsvKind::code ? plan.codes++ : slot.kind == CsvKind::words ? plan.texts++ : table ? plan.doubles++ : 0;
    }
}

/// Everything but the kinds of columns that are still to be found out.
/// Errors   DataError for a column that is not there, is there twice, or is target and input; ShapeError for the width.
inline CsvPlan plan_csv(const CsvHeader& header, const CsvOptions& options, const Schema* known, const CsvRequest& request) {
  CsvPlan plan;
  plan.slots.resize(header.size());
  Buffer<char> used(header.size());
  const auto other = [&](std::string_view name, const char* use, CsvKind kind, std::size_t offset = 0) {
    if (name.empty()) return;
    const std::size_t c = header.find(name, use);
    plan.slots[c] = {kind, 0, offset};
    used[c] = 1;
  };
  plan.known_columns = known != nullptr && !known->columns.empty();
  plan.known_classes = known != nullptr && !known->classes.empty();
  const bool many = request.target == FileTarget::numbers || request.target == FileTarget::flags;
  const std::string& target = options.target.empty() && known != nullptr ? known->target : options.target;
  const Buffer<std::string>& targets = options.targets.empty() && known != nullptr ? known->classes : options.targets;
  if (plan.known_classes) plan.schema.classes = known->classes;
  if (many) {
    if (targets.empty())
      header.refuse({"which columns are the ", request.output, "? Say .targets = {\"name\", ...}; the columns are ", header.all()});
    if (request.outputs >= 0 && std::ssize(targets) != request.outputs)
      throw ShapeError(joined({header.path(), ": expected ", request.outputs, " target columns for ", request.output, ", got ", targets.size()}));
    for (std::size_t k = 0; k < targets.size(); ++k)
      other(targets[k], "target", request.target == FileTarget::flags ? CsvKind::flag : CsvKind::value, k);
    plan.values = targets.size();
    plan.schema.classes = targets;
  } else if (request.target != FileTarget::none) {
    if (target.empty())
      header.refuse({"which column is the ", request.output, "? Say .target = \"name\"; the columns are ", header.all()});
    other(target, "target", request.target == FileTarget::label ? CsvKind::label : CsvKind::value);
    plan.values = request.target == FileTarget::number ? 1 : 0;
  } else if (!target.empty() && header.has(target)) {
    used[header.find(target, "target")] = 1;
  }
  other(options.weight, "weight", CsvKind::weight);
  other(options.group, "group", CsvKind::group);
  other(options.time, "time", CsvKind::time);
  other(options.id, "id", CsvKind::id);
  for (const std::string& name : options.leave_out) used[header.find(name, "left-out")] = 1;

  plan.schema.target = target;
  if (plan.known_columns) {
    const bool given = !options.columns.empty() || !options.categorical.empty() || !options.numeric.empty() || !options.dates.empty() || !options.text.empty();
    if (given) header.refuse({".columns, .categorical and the like come from the schema, leave them out"});
    plan.schema = *known;
  } else if (!options.columns.empty()) {
    for (const std::string& name : options.columns) plan.schema.columns.push_back({name});
  } else {
    for (std::size_t c = 0; c < header.size(); ++c)
      if (!used[c]) plan.schema.columns.push_back({std::string(header.name(c))});
  }
  for (const Column& column : plan.schema.columns) {
    plan.inputs.push_back(header.find(column.name, "input"));
    if (column.name == target) header.refuse({"the column ", shown(target), " is both target and input"});
  }
  if (!plan.known_columns) name_kinds(header, options, plan);
  deal_inputs(plan, header, request);
  return plan;
}

}  // namespace tutti::detail

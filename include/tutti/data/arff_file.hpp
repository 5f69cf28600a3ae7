// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/dataset.hpp>
#include <tutti/data/arff_header.hpp>
#include <tutti/data/file_target.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <string>
#include <utility>

namespace tutti {

/// How an ARFF file is read.
struct ArffOptions {
  std::string target{};              // the attribute to predict; empty: the last one
  Buffer<std::string> columns{};     // the inputs, in this order; empty: all but the target
  Buffer<std::string> leave_out{};   // attributes that are no inputs
  bool drop_missing_target = false;  // leave out rows whose target is missing
  std::uint64_t limit = file_limit;  // most bytes the file may hold, decompressed
};

namespace detail {

/// The rows of an ARFF file as columns. Not a template: what the types ask for comes as a FileTarget.
class ArffFile {
 public:
  [[gnu::cold]] ArffFile(const std::string& path, FileTarget target, const Schema* known,
                         const ArffOptions& options)
      : lines_(path, read_file(path, options.limit)), header_(lines_), wanted_(target), options_(options) {
    if (wanted_ != FileTarget::none) find_target(known);
    const Buffer<std::size_t> inputs = find_inputs(known);
    for (const ArffAttribute& a : header_.attributes) columns_.push_back({a.column, {}, {}, {}});
    std::string_view text;
    while (lines_.next(text)) {
      ArffLine line(lines_, text);
      if (line.ended()) continue;
      if (line.taken('{')) read_sparse(line);
      else read_dense(line);
    }
    if (rows_ == 0) lines_.refuse("there are no rows below @data");
    if (weighted_) side.weight = std::move(weights_);
    take_target();
    Buffer<Table::Shared> chosen;
    for (const std::size_t a : inputs)
      chosen.push_back(std::make_shared<const TableColumn>(std::move(columns_[a])));
    table = Table(std::move(chosen));
  }

  Table table{};
  Buffer<std::int32_t> labels{};
  Buffer<float> numbers{};
  SideColumns side{};
  Schema schema{};

 private:
  static constexpr std::size_t nowhere = ~std::size_t{0};
  std::size_t width() const noexcept { return columns_.size(); }

  void find_target(const Schema* known) {
    const std::string& name = options_.target.empty() && known != nullptr ? known->target : options_.target;
    target_ = name.empty() ? header_.attributes.size() - 1 : header_.find(name, "target");
    ArffAttribute& attribute = header_.attributes[target_];
    schema.target = attribute.column.name;
    const ColumnKind kind = wanted_ == FileTarget::label ? ColumnKind::categorical : ColumnKind::numeric;
    if (attribute.column.kind != kind)
      lines_.refuse(joined({"expected ", plural(kind), " in the target ", shown(schema.target), ", got ",
                            plural(attribute.column.kind)}));
    if (wanted_ == FileTarget::label && known != nullptr && !known->classes.empty())
      adopt(attribute, known->classes);
    if (wanted_ == FileTarget::label) schema.classes = attribute.column.categories;
  }
  /// From here on the categories are those of a schema.
  static void adopt(ArffAttribute& attribute, const Buffer<std::string>& categories) {
    const std::string first = attribute.column.categories[0];
    attribute.column.categories = categories;
    attribute.names = CsvNames();
    for (const std::string& name : categories) attribute.names.keep(name);
    attribute.zero = attribute.names.find_class(first);
  }

  Buffer<std::size_t> find_inputs(const Schema* known) {
    Buffer<char> taken(header_.attributes.size());
    if (target_ != nowhere) taken[target_] = 1;
    Buffer<std::size_t> inputs;
    const auto take = [&](const std::string& name) {
      const std::size_t a = header_.find(name, "input");
      if (taken[a]++ != 0)
        lines_.refuse(joined({"the attribute ", shown(name),
                              a == target_ ? " is both target and input" : " is an input twice"}));
      inputs.push_back(a);
    };
    if (known != nullptr && !known->columns.empty()) {
      for (const Column& column : known->columns) {
        take(column.name);
        ArffAttribute& a = header_.attributes[inputs.back()];
        if (a.column.kind != column.kind)
          lines_.refuse(joined({"expected ", plural(column.kind), " in ", shown(column.name),
                                ", as in the schema, got ", plural(a.column.kind)}));
        if (column.kind == ColumnKind::categorical) adopt(a, column.categories);
        a.known = true;
      }
    } else {
      for (const std::string& name : options_.leave_out) taken[header_.find(name, "left-out")] = 1;
      for (const std::string& name : options_.columns) take(name);
      for (std::size_t a = 0; a < header_.attributes.size() && options_.columns.empty(); ++a)
        if (taken[a] == 0) inputs.push_back(a);
    }
    if (inputs.empty()) lines_.refuse("no input attributes are left");
    return inputs;
  }

  void read_dense(ArffLine& line) {
    const char* const start = line.place();
    for (std::size_t a = 0; a < width(); ++a) {
      if (line.ended() || line.at('{'))
        lines_.fail(start, joined({"expected ", width(), " values, got ", a}));
      append(a, line.value("a value"));
      const bool comma = line.taken(',');
      if (comma && a + 1 == width() && !line.at('{'))
        lines_.fail(line.place(), joined({"expected ", width(), " values, got more"}));
    }
    end_row(line);
  }
  /// {place value, place value, ...}: all others are 0, or the first category.
  void read_sparse(ArffLine& line) {
    std::size_t next = 0;
    while (!line.taken('}')) {
      if (next == width()) line.expect('}', "behind the last value");
      const ArffValue number = line.value("the number of an attribute");
      std::size_t a = 0;
      if (number.quoted || !parse_number(number.text, a) || a < next || a >= width())
        lines_.fail(number.place, joined({"expected the number of an attribute from ", next, " to ",
                                          width() - 1, ", got ", shown(number.text)}));
      for (; next < a; ++next) append_zero(next, number.place);
      append(a, line.value("a value"));
      next = a + 1;
      if (!line.taken(',') && !line.at('}')) line.expect('}', "behind the last value");
    }
    const char* const place = line.place();
    for (; next < width(); ++next) append_zero(next, place);
    line.taken(',');
    end_row(line);
  }
  /// A weight in braces may follow the values.
  void end_row(ArffLine& line) {
    float weight = 1;
    if (line.taken('{')) {
      const ArffValue value = line.value("a weight");
      if (value.quoted || !parse_number(value.text, weight) || !std::isfinite(weight) || weight < 0)
        lines_.fail(value.place,
                    joined({"expected a finite weight that is not negative, got ", shown(value.text)}));
      line.expect('}', "behind the weight");
      weighted_ = true;
    }
    line.expect_end();
    if (drop_) {
      for (TableColumn& c : columns_) shorten(c, rows_);
      drop_ = false;
      return;
    }
    weights_.push_back(weight);
    ++rows_;
  }
  static void shorten(TableColumn& c, std::size_t rows) {
    while (c.numbers.size() > rows) c.numbers.pop_back();
    while (c.codes.size() > rows) c.codes.pop_back();
    c.texts.shorten(rows);
  }

  void append_zero(std::size_t a, const char* place) {
    TableColumn& c = columns_[a];
    if (c.column.kind == ColumnKind::text) c.texts.append(std::string_view());
    else if (c.column.kind == ColumnKind::categorical) c.codes.push_back(header_.attributes[a].zero);
    else if (c.column.kind == ColumnKind::numeric) c.numbers.push_back(0);
    else lines_.fail(place, joined({"expected a date in ", shown(c.column.name), ", got none"}));
  }
  void append(std::size_t a, const ArffValue& value) {
    TableColumn& c = columns_[a];
    if (value.missing() && a == target_ && !options_.drop_missing_target) refuse(c, value, "a target");
    drop_ = drop_ || (value.missing() && a == target_);
    double number = std::numeric_limits<double>::quiet_NaN();
    switch (c.column.kind) {
      case ColumnKind::text:
        return c.texts.append(value.missing() ? std::string_view() : value.text);
      case ColumnKind::categorical:
        c.codes.push_back(value.missing() ? -1 : header_.attributes[a].names.find_class(value.text));
        if (c.codes.back() < 0 && !value.missing() && !header_.attributes[a].known)
          refuse(c, value, joined({"one of ", listed(c.column.categories)}));
        return;
      case ColumnKind::numeric:
        if (!value.missing() &&
            !((value.quoted ? parse_number(value.text, number) : read_number(value.text, number)) &&
              is_finite(number, a == target_)))
          refuse(c, value, "a finite number");
        return c.numbers.push_back(number);
      case ColumnKind::date:
        if (!value.missing() && !arff_time(header_.attributes[a].format, value.text, number))
          refuse(c, value, joined({"a date as ", shown(header_.attributes[a].format)}));
        return c.numbers.push_back(number);
    }
  }
  /// A target is a float.
  static bool is_finite(double number, bool single) {
    return std::isfinite(single ? static_cast<float>(number) : number);
  }
  [[noreturn, gnu::cold]] void refuse(const TableColumn& c, const ArffValue& value,
                                      std::string_view expected) const {
    lines_.fail(value.place, joined({"expected ", expected, " in ", shown(c.column.name), ", got ",
                                     value.missing() ? "a missing value" : shown(value.text)}));
  }

  void take_target() {
    if (wanted_ == FileTarget::label) labels = std::move(columns_[target_].codes);
    if (wanted_ == FileTarget::number)
      for (const double v : columns_[target_].numbers) numbers.push_back(static_cast<float>(v));
  }

  TextLines lines_;
  ArffHeader header_;
  FileTarget wanted_;
  const ArffOptions& options_;
  std::size_t target_ = nowhere, rows_ = 0;
  bool drop_ = false, weighted_ = false;
  Buffer<TableColumn> columns_{};
  Buffer<float> weights_{};
};

}  // namespace detail

}  // namespace tutti

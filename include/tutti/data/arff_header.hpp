// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/nearest_name.hpp>
#include <tutti/core/schema.hpp>
#include <tutti/data/arff_date.hpp>
#include <tutti/data/arff_line.hpp>
#include <tutti/data/csv_names.hpp>

#include <string>
#include <string_view>

namespace tutti::detail {

/// An attribute: one column of the file.
struct ArffAttribute {
  Column column{};
  std::string format{};   // of a date
  CsvNames names{};       // the categories, to be found by name
  std::int32_t zero = 0;  // what a sparse row leaves out
  bool known = false;     // the categories are those of a schema: others are missing
};

/// The lines from the front of an ARFF file to @data.
/// Errors   DataError `path:line:column: ...` for what is no attribute, `path: ...` when there are none.
class ArffHeader {
 public:
  [[gnu::cold]] explicit ArffHeader(TextLines& lines) : lines_(lines) {
    std::string_view text;
    while (lines_.next(text)) {
      ArffLine line(lines_, text);
      if (line.ended()) continue;
      const ArffValue word = line.value("@attribute");
      if (is(word, "@relation")) continue;  // its name means nothing here
      if (is(word, "@data")) {
        line.expect_end();
        if (attributes.empty()) lines_.refuse("expected at least one @attribute before @data, got none");
        return;
      }
      if (!is(word, "@attribute"))
        lines_.fail(word.place, joined({"expected @relation, @attribute or @data, got ", shown(word.text)}));
      read_attribute(line);
    }
    lines_.refuse("expected a line @data before the rows, got none");
  }

  /// The place of an attribute.
  std::size_t find(std::string_view name, std::string_view use) const {
    Buffer<std::string> names;
    for (std::size_t a = 0; a < attributes.size(); ++a) {
      if (attributes[a].column.name == name) return a;
      names.push_back(attributes[a].column.name);
    }
    lines_.refuse(joined({"there is no ", use, " attribute ", shown(name), ", the attributes are ",
                          listed(names), meant(name, names)}));
  }

  Buffer<ArffAttribute> attributes{};

 private:
  static bool is(const ArffValue& value, std::string_view keyword) {
    if (value.quoted || value.text.size() != keyword.size()) return false;
    for (std::size_t i = 0; i < keyword.size(); ++i)
      if ((value.text[i] >= 'A' && value.text[i] <= 'Z' ? static_cast<char>(value.text[i] + 32)
                                                        : value.text[i]) != keyword[i])
        return false;
    return true;
  }
  void read_attribute(ArffLine& line) {
    const ArffValue name = line.value("the name of an attribute");
    for (const ArffAttribute& other : attributes)
      if (other.column.name == name.text)
        lines_.fail(name.place, joined({"two attributes are called ", shown(name.text)}));
    ArffAttribute made{{std::string(name.text)}, {}, {}};
    if (line.taken('{')) {
      made.column.kind = ColumnKind::categorical;
      read_categories(line, made);
    } else {
      const ArffValue kind = line.value("the type of the attribute");
      if (is(kind, "numeric") || is(kind, "real") || is(kind, "integer"))
        made.column.kind = ColumnKind::numeric;
      else if (is(kind, "string")) made.column.kind = ColumnKind::text;
      else if (is(kind, "date")) read_date(line, made);
      else
        lines_.fail(kind.place, joined({"expected numeric, integer, real, string, date or {...}, got ",
                                        shown(kind.text)}));
    }
    line.expect_end();
    attributes.push_back(std::move(made));
  }
  void read_categories(ArffLine& line, ArffAttribute& made) {
    while (!line.taken('}')) {
      const ArffValue value = line.value("a value of the attribute");
      if (made.names.keep(value.text) < std::ssize(made.column.categories))
        lines_.fail(value.place, joined({"the value ", shown(value.text), " is there twice"}));
      made.column.categories.emplace_back(value.text);
      line.taken(',');
    }
    if (made.column.categories.empty())
      lines_.fail(line.place(), "expected at least one value between { and }");
  }
  void read_date(ArffLine& line, ArffAttribute& made) {
    made.column.kind = ColumnKind::date;
    made.format = "yyyy-MM-dd'T'HH:mm:ss";
    if (line.ended()) return;
    const ArffValue format = line.value("a date format");
    if (!is_arff_format(format.text))
      lines_.fail(format.place,
                  joined({"expected a date format of yyyy M d H m s S, got ", shown(format.text)}));
    made.format = format.text;
  }

  TextLines& lines_;
};

}  // namespace tutti::detail

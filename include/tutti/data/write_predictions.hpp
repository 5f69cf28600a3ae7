// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/file.hpp>
#include <tutti/core/fitted.hpp>
#include <tutti/data/all_outputs.hpp>

#include <charconv>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace tutti {

/// What write_predictions writes.
struct PredictionOptions {
  bool probabilities = true;  // a column for the probability of each class or flag
  char delimiter = ',';
};

namespace detail {

/// Delimited text, quoted as RFC 4180 says. Not a template: what a prediction is comes as numbers and names.
class DelimitedText {
 public:
  explicit DelimitedText(char delimiter) : delimiter_(delimiter) {
    check(delimiter != '"' && delimiter != '\n' && delimiter != '\r',
          "write_predictions: expected a delimiter that is no quote and no line end",
          std::string_view(&delimiter, 1));
  }

  void cell(std::string_view text) {
    next();
    const char special[] = {delimiter_, '"', '\n', '\r'};
    const bool plain = text.find_first_of(std::string_view(special, 4)) == text.npos &&
                       !text.starts_with(' ') && !text.ends_with(' ');
    if (plain) return void(text_ += text);
    text_ += '"';
    for (const char c : text) {
      if (c == '"') text_ += c;
      text_ += c;
    }
    text_ += '"';
  }
  /// The fewest digits that give the same number again.
  template <class T> void number(T value) {
    next();
    char digits[32];
    text_.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
  }
  void end_line() {
    text_ += '\n';
    begun_ = false;
  }
  std::span<const std::byte> bytes() const noexcept { return std::as_bytes(std::span(text_)); }

 private:
  void next() {
    if (begun_) text_ += delimiter_;
    begun_ = true;
  }
  char delimiter_;
  bool begun_ = false;
  std::string text_{};
};

[[gnu::cold]] inline std::string output_name(const Schema& schema, std::string_view otherwise, int k) {
  const auto at = static_cast<std::size_t>(k);
  return at < schema.classes.size() ? schema.classes[at] : joined({otherwise, k});
}

template <class Y>
[[gnu::cold]] void write_prediction_header(DelimitedText& text, const Schema& schema, int outputs,
                                           bool probabilities) {
  text.cell("id");
  if constexpr (Y::width == 1) text.cell("prediction");
  else
    for (int k = 0; k < outputs; ++k)
      text.cell(output_name(schema, is_flags<Y> ? "flag " : "prediction ", k));
  for (int k = 0; k < outputs && probabilities; ++k)
    text.cell(joined({"p(", output_name(schema, Y::is_label ? "" : "flag ", k), ")"}));
  text.end_line();
}

}  // namespace detail

/// Writes what a model predicts for each row, as text that read_csv and every spreadsheet reads:
/// `write_predictions("submission.csv", model, test)`. The columns are id (that of the data, or the row's number), prediction
/// (a class by its name, a number; for Reals and Flags one column each, by their names), and p(class) for each class or flag.
/// The file is there as a whole or not at all, and the same for any number of threads.
/// Cost     predicting, rows side by side; the outputs and the text in memory.
/// Errors   as predict: ShapeError for rows that are not the model's; FileError naming a file that cannot be written.
/// Source   RFC 4180 (with LF for line ends).
template <class Spec, Input X, Target Y, Target Y2>
[[gnu::cold]] void write_predictions(const std::string& path, const Fitted<Spec, X, Y>& model,
                                     const Dataset<X, Y2>& data, const PredictionOptions& options = {}) {
  model.check_rows(data);
  const Buffer<float> outputs = detail::all_outputs<X, Y>(model.model(), data, model.outputs());
  const std::ptrdiff_t width = model.outputs();
  const bool probabilities = has_probabilities<Y> && options.probabilities;
  const ClassNames* names = intern(model.schema().classes);
  detail::DelimitedText text(options.delimiter);
  detail::write_prediction_header<Y>(text, model.schema(), model.outputs(), probabilities);
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) {
    const std::span<const float> row(outputs.data() + i * width, static_cast<std::size_t>(width));
    text.number(data.id(i));
    if constexpr (Y::is_label) text.cell(Y::decide(row, names).name());
    else if constexpr (is_flags<Y>)
      for (const bool yes : Y::decide(row, names).values) text.number(static_cast<int>(yes));
    else
      for (const float value : row) text.number(value);
    if (probabilities)
      for (const float p : row) text.number(p);
    text.end_line();
  }
  detail::write_bytes_atomically(path, text.bytes());
}

}  // namespace tutti

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/data/csv_block.hpp>
#include <tutti/data/csv_infer.hpp>
#include <tutti/data/csv_source.hpp>
#include <tutti/kernel/parallel.hpp>

// Delimited text into columns. Not a template: what the types ask for comes as a CsvRequest. The file is read in blocks,
// while others are parsed; what they hold is put together in their order, so that nothing depends on the threads.
namespace tutti::detail {

inline constexpr std::size_t csv_block_bytes = std::size_t{1} << 18;

/// Who takes the inputs of rows block by block: nothing of them is kept then.
struct CsvSink {
  CsvSink() = default;
  CsvSink(const CsvSink&) = delete;
  CsvSink& operator=(const CsvSink&) = delete;
  virtual ~CsvSink() = default;
  /// The inputs of the next n rows; categories have the numbers in which their names came, or those of a schema.
  virtual void take(const CsvPlan& plan, const CsvRows& rows, std::size_t n) = 0;
  /// The numbers that the categories of an input have from now on, given those that they had.
  virtual void renumber(std::size_t, const Buffer<int>&) {}
  virtual bool keeps_targets() const = 0;
  /// How many rows there will be; 0: not known.
  virtual std::size_t rows() const { return 0; }
};

struct CsvTable {
  CsvRows rows{};
  Schema schema{};
  Buffer<CsvPart> parts{};
};

class CsvReader {
 public:
  CsvReader(const std::string& path, const CsvOptions& options, const Schema* known, CsvRequest request)
      : options_(options), request_(std::move(request)), source_(path, options.limit), line_(source_.empty_lines()) {
    find_dialect();
    header_.emplace(path, first_line());
    plan_ = plan_csv(*header_, options_, known, request_);
    if (!plan_.known_columns) infer_kinds(plan_, *header_, options_, dialect_, source_.copy(source_.records(dialect_)));
    settle_inputs(plan_, *header_);
    learn_schema(known);
  }
  CsvReader(const CsvReader&) = delete;  // dictionaries view the schema
  CsvReader& operator=(const CsvReader&) = delete;

  /// The inputs go to the sink where there is one.
  CsvTable read(CsvSink* sink = nullptr) {
    sink_ = sink;
    double marker = 0;
    const CsvTask task{options_, request_, dialect_, *header_, plan_, known_names_, known_classes_, !parse_number(std::string_view(options_.missing), marker)};
    rows_.resize(plan_, request_, 0);
    names_ = Buffer<CsvNames>(plan_.dictionaries);
    Buffer<CsvBlock> now(batch()), next(batch());
    std::size_t n = fill(now);
    while (n > 0) {
      std::size_t m = 0;
      parallel::invoke([&] { parallel::for_each(static_cast<std::ptrdiff_t>(n), 1, [&](std::ptrdiff_t b, std::ptrdiff_t) { now[static_cast<std::size_t>(b)].read(task); }); },
                       [&] { m = fill(next); });
      for (std::size_t b = 0; b < n; ++b) take(now[b]);
      now.swap(next);
      n = m;
    }
    if (report_.rows == 0)
      header_->refuse({report_.dropped > 0 ? "a value is missing in every row" : report_.header ? "there are no rows below the header" : "there are no rows"});
    name_categories();
    if (request_.target == FileTarget::label) name_classes();
    report_.delimiter = dialect_.delimiter;
    if (options_.report != nullptr) *options_.report = report_;
    return {std::move(rows_), std::move(plan_.schema), plan_.parts};
  }
  const CsvReport& report() const noexcept { return report_; }

 private:
  /// Blocks that are parsed side by side; half as many where memory is what counts.
  std::size_t batch() const {
    const auto threads = static_cast<std::size_t>(parallel::threads());
    return threads > 1 && sink_ == nullptr ? 2 * threads : threads;
  }
  /// Throws for a place in a text that begins where all before it has been counted.
  [[noreturn, gnu::cold]] void fail(const CsvText& text, const char* place, std::string_view message) const {
    throw DataError(joined({source_.path(), ":", line_ + text.lines_before(place) + 1, ":", text.column_of(place), ": ", message}));
  }

  void find_dialect() {
    if (options_.delimiter == '"' || is_line_end(options_.delimiter)) source_.refuse("a delimiter cannot be a quote or the end of a line");
    const CsvText head = source_.copy(csv_block_bytes);
    if (const char* const zero = head.zero_byte()) fail(head, zero, "a zero byte: this is not a text file");
    const char delimiter = options_.delimiter != 0 ? options_.delimiter : detected_delimiter({head.begin(), head.size()}, options_.comment);
    dialect_ = CsvDialect(delimiter, options_.quotes.value_or(true), options_.comment);
    if (!options_.quotes && delimiter == '\t' && quotes_are_text()) dialect_.quotes = false;
  }
  /// True if quotes in what is known of the file are not those of RFC 4180; one that opens near its end may close behind it.
  bool quotes_are_text() const {
    CsvText text = source_.copy(source_.left().size());
    CsvScanner scanner = text.scanner(dialect_);
    while (scanner.next_row() && !scanner.fault()) {
      do scanner.cell();
      while (!scanner.fault() && scanner.next_cell());
      if (scanner.fault()) return source_.ended() || scanner.fault().place < text.end() - csv_block_bytes / 4;
    }
    return false;
  }

  /// The names of the columns; the line is passed if it holds them.
  Buffer<std::string> first_line() {
    const std::size_t n = source_.records(dialect_);
    CsvText text = source_.copy(n > 0 ? n : csv_block_bytes);
    if (n == 0) fail(text, text.begin(), too_long());
    CsvScanner scanner = text.scanner(dialect_);
    Buffer<std::string> cells;
    if (scanner.next_row()) do cells.push_back(std::string(scanner.cell()));
      while (!scanner.fault() && scanner.next_cell());
    if (scanner.fault()) fail(text, scanner.fault().place, scanner.fault().message);
    report_.header = options_.header ? *options_.header : looks_like_header(cells, options_);
    if (report_.header) {
      const char* next = scanner.at();  // behind the line end, unless the scanner left it out as the last one
      if (next < text.end() && !is_line_end(next[-1])) next += next[0] == '\r' && next + 1 < text.end() && next[1] == '\n' ? 2 : 1;
      line_ += text.lines_before(next);
      source_.pass(static_cast<std::size_t>(next - text.begin()));
      return cells;
    }
    for (std::size_t c = 0; c < cells.size(); ++c) cells[c] = std::to_string(c);
    return cells;
  }

  static std::string too_long() {
    return joined({"a record of more than ", csv_record_limit, " bytes: is a quote never closed, or is this no delimited text?"});
  }

  void learn_schema(const Schema* known) {
    if (plan_.known_columns) {
      known_names_ = Buffer<CsvNames>(plan_.dictionaries);
      for (const CsvSlot& slot : plan_.slots)
        if (slot.kind == CsvKind::category || slot.kind == CsvKind::code) known_names_[slot.names].add_all(known->columns[slot.input].categories);
    }
    if (!plan_.known_classes || request_.target != FileTarget::label) return;
    plan_.schema.classes = known->classes;
    known_classes_.add_all(known->classes);
    if (request_.outputs >= 0 && known_classes_.size() > request_.outputs)
      throw ShapeError(joined({source_.path(), ": expected at most ", request_.outputs, " classes for ", request_.output, ", got ", known_classes_.size(), " in the schema"}));
  }

  /// The next blocks of the file; how many there are.
  std::size_t fill(Buffer<CsvBlock>& blocks) {
    std::size_t n = 0;
    for (; n < blocks.size(); ++n) {
      std::size_t bytes = source_.records(dialect_, csv_block_bytes);
      if (source_.left().empty()) break;
      CsvBlock& block = blocks[n];
      block.refused = bytes == 0 ? too_long() : std::string();  // said when all before it has been taken
      if (bytes == 0) source_.end_after(bytes = csv_block_bytes);
      block.text.hold(source_.left().substr(0, bytes));
      source_.pass(bytes);
      handed_out_ += bytes;
    }
    return n;
  }

  /// What a block holds, behind all before it.
  void take(CsvBlock& block) {
    if (block.fault) fail(block.text, block.fault.place, block.fault.message);
    Buffer<Buffer<int>> number(plan_.dictionaries);
    for (std::size_t d = 0; d < plan_.dictionaries; ++d)
      for (int i = 0; i < block.names[d].size(); ++i) number[d].push_back(names_[d].keep(block.names[d][i]));
    Buffer<int> label_number;
    for (int i = 0; i < block.classes.size(); ++i) {
      label_number.push_back(classes_.keep(block.classes[i]));
      if (request_.outputs >= 0 && classes_.size() > request_.outputs) refuse_class(block, block.classes[i]);
    }
    if (report_.rows == 0 && block.report.rows > 0 && sink_ == nullptr) {  // memory for all: untouched, it costs nothing
      const double all = 1.02 * static_cast<double>(source_.unread() + handed_out_) / static_cast<double>(block.text.size());
      if (all > 8) rows_.reserve(plan_, request_, static_cast<std::size_t>(all * static_cast<double>(block.report.rows)));
    }
    if (report_.rows == 0 && sink_ != nullptr) {
      rows_.labels.reserve(sink_->rows());
      rows_.values.reserve(sink_->rows() * plan_.values);
    }
    rows_.append(plan_, block.rows, static_cast<std::size_t>(block.report.rows), number, label_number);
    if (sink_ != nullptr) hand_over(static_cast<std::size_t>(block.report.rows));
    report_.rows += block.report.rows;
    report_.dropped += block.report.dropped;
    report_.missing += block.report.missing;
    report_.unseen += block.report.unseen;
    line_ += block.lines;
    handed_out_ -= block.text.size();
  }
  /// The inputs of the last n rows, which are the only ones here.
  void hand_over(std::size_t n) {
    sink_->take(plan_, rows_, n);
    rows_.drop_inputs();
    if (!sink_->keeps_targets()) rows_.resize(plan_, request_, 0);
  }
  [[noreturn, gnu::cold]] void refuse_class(const CsvBlock& block, std::string_view extra) const {
    fail(block.text, block.text.holds(extra.data()) ? extra.data() : block.text.begin(),  // a new name lies elsewhere
         joined({"expected ", request_.outputs, " classes for ", request_.output, ", got one more, ", shown(extra), ", beside ", classes_.list(request_.outputs)}));
  }

  /// From numbers in the order in which names came to numbers in the order of the sorted names.
  void name_categories() {
    if (plan_.known_columns) return;
    Buffer<Buffer<int>> rank(plan_.dictionaries);
    for (const CsvSlot& slot : plan_.slots)
      if (slot.kind == CsvKind::category || slot.kind == CsvKind::code) {
        names_[slot.names].sort(plan_.schema.columns[slot.input].categories, rank[slot.names]);
        if (sink_ != nullptr) sink_->renumber(slot.input, rank[slot.names]);
      }
    if (sink_ == nullptr) rows_.renumber(plan_, static_cast<std::size_t>(report_.rows), rank);
  }
  void name_classes() {
    if (plan_.known_classes) return;
    Buffer<int> rank;
    classes_.sort_classes(request_.outputs, plan_.schema.classes, rank);
    for (std::int32_t& label : rows_.labels) label = rank[static_cast<std::size_t>(label)];
  }

  CsvOptions options_;
  CsvRequest request_;
  CsvSource source_;
  std::size_t handed_out_ = 0;  // bytes of blocks that are not yet taken
  std::ptrdiff_t line_;         // lines before what the next block to be taken begins with
  CsvDialect dialect_{};
  std::optional<CsvHeader> header_{};
  CsvPlan plan_{};
  Buffer<CsvNames> known_names_{}, names_{};
  CsvNames known_classes_{}, classes_{};
  CsvRows rows_{};
  CsvReport report_{};
  CsvSink* sink_ = nullptr;
};

}  // namespace tutti::detail

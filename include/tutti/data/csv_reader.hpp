// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/data/byte_source.hpp>
#include <tutti/data/csv_block.hpp>
#include <tutti/data/csv_infer.hpp>
#include <tutti/kernel/parallel.hpp>

// Delimited text into columns. Not a template: what the types ask for comes as a CsvRequest. The file is read in blocks,
// while others are parsed; what they hold is put together in their order, so that nothing depends on the threads.
namespace tutti::detail {

inline constexpr std::size_t csv_block_bytes = std::size_t{1} << 18;
inline constexpr std::size_t csv_sample_bytes = std::size_t{1} << 20;   // what kinds of columns are found out from
inline constexpr std::size_t csv_record_limit = std::size_t{1} << 28;   // longer ones are no records

struct CsvTable {
  CsvRows rows{};
  Schema schema{};
  Buffer<CsvPart> parts{};
};

class CsvReader {
 public:
  CsvReader(const std::string& path, const CsvOptions& options, const Schema* known, CsvRequest request)
      : options_(options), request_(std::move(request)), source_(path, options.limit) {
    begin();
    header_.emplace(path, first_line());
    plan_ = plan_csv(*header_, options_, known, request_);
    if (!plan_.known_columns) sample();
    settle_inputs(plan_, *header_);
    learn_schema(known);
  }
  CsvReader(const CsvReader&) = delete;  // dictionaries view the schema
  CsvReader& operator=(const CsvReader&) = delete;

  CsvTable read() {
    const CsvTask task{options_, request_, dialect_, *header_, plan_, known_names_, known_classes_};
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
    if (request_.target == CsvTarget::label) name_classes();
    report_.delimiter = dialect_.delimiter;
    if (options_.report != nullptr) *options_.report = report_;
    return {std::move(rows_), std::move(plan_.schema), plan_.parts};
  }

 private:
  static std::size_t batch() { return parallel::threads() > 1 ? 2 * static_cast<std::size_t>(parallel::threads()) : 1; }
  [[noreturn, gnu::cold]] void refuse(std::string_view message) const { throw DataError(joined({source_.path(), ": ", message})); }

  // What was read and not yet used lies in ahead_[used_, filled_).
  void more(std::size_t n) {
    if (used_ > 0) {  // nothing before it is needed any more
      std::memmove(ahead_.data(), ahead_.data() + used_, filled_ - used_);
      filled_ -= used_;
      used_ = 0;
    }
    if (ahead_.size() < filled_ + n) ahead_.resize(filled_ + n);
    const std::size_t got = source_.read(ahead_.data() + filled_, n);
    filled_ += got;
    ended_ = got < n;
  }
  std::string_view left() const noexcept { return {ahead_.data() + used_, filled_ - used_}; }

  void begin() {
    const std::uint64_t size = source_.ahead();  // 0: not known
    more(size > 0 && size < csv_sample_bytes ? static_cast<std::size_t>(size) + 1 : csv_sample_bytes);
    if (left().starts_with("\xEF\xBB\xBF")) used_ = 3;
    if (left().starts_with("\xFF\xFE") || left().starts_with("\xFE\xFF")) refuse("expected UTF-8, got UTF-16");
    for (;; more(csv_sample_bytes)) {
      for (; used_ < filled_ && is_line_end(ahead_[used_]); ++used_) line_ += counts_line(used_);
      if (used_ < filled_) break;
      if (ended_) refuse("the file is empty");
    }
    if (options_.delimiter == '"' || is_line_end(options_.delimiter)) refuse("a delimiter cannot be a quote or the end of a line");
    const std::string_view head = left().substr(0, csv_block_bytes);
    if (const std::size_t zero = head.find('\0'); zero != head.npos) refuse_at(head.substr(0, zero), "a zero byte: this is not a text file");
    const char delimiter = options_.delimiter != 0 ? options_.delimiter : detected_delimiter(head, options_.comment);
    dialect_ = CsvDialect(delimiter, options_.quotes.value_or(true), options_.comment);
    if (!options_.quotes && delimiter == '\t' && quotes_are_text()) dialect_.quotes = false;
  }
  /// True if quotes in the first megabyte are not those of RFC 4180; one that opens near its end may close behind it.
  bool quotes_are_text() const {
    const std::size_t n = left().size();
    CsvBlock block;
    std::memcpy(block.room(n), left().data(), n);
    block.text[n] = '\n';
    CsvScanner scanner(dialect_, block.text.data(), block.text.data() + n);
    while (scanner.next_row() && !scanner.fault()) {
      do scanner.cell();
      while (!scanner.fault() && scanner.next_cell());
      if (scanner.fault()) return ended_ || scanner.fault().place < block.text.data() + n - csv_block_bytes / 4;
    }
    return false;
  }
  bool counts_line(std::size_t i) const { return ahead_[i] == '\n' || (i + 1 < filled_ && ahead_[i + 1] != '\n'); }
  /// Throws at the end of `before`, the text that has been passed since the last whole block.
  [[noreturn, gnu::cold]] void refuse_at(std::string_view before, std::string_view message) const {
    std::ptrdiff_t line = line_ + 1, column = 1;
    for (std::size_t i = 0; i < before.size(); ++i, ++column)
      if (before[i] == '\n') ++line, column = 0;
    throw DataError(joined({source_.path(), ":", line, ":", column, ": ", message}));
  }

  /// The names of the columns; the line is passed if it holds them.
  Buffer<std::string> first_line() {
    const std::size_t n = records();
    if (n == 0) refuse_at("", too_long());
    CsvBlock block;
    std::memcpy(block.room(n), left().data(), n);
    block.text[n] = '\n';
    CsvScanner scanner(dialect_, block.text.data(), block.text.data() + n);
    Buffer<std::string> cells;
    if (scanner.next_row()) do cells.push_back(std::string(scanner.cell()));
      while (!scanner.fault() && scanner.next_cell());
    if (scanner.fault()) refuse_at(left().substr(0, static_cast<std::size_t>(scanner.fault().place - block.text.data())), scanner.fault().message);
    report_.header = options_.header ? *options_.header : looks_like_header(cells, options_);
    if (report_.header) {
      const char* next = scanner.at();  // behind the line end, unless the scanner left it out as the last one
      if (const char* const end = block.text.data() + n; next < end && !is_line_end(next[-1]))
        next += next[0] == '\r' && next + 1 < end && next[1] == '\n' ? 2 : 1;
      line_ += block.lines_before(next);
      used_ += static_cast<std::size_t>(next - block.text.data());
      return cells;
    }
    for (std::size_t c = 0; c < cells.size(); ++c) cells[c] = std::to_string(c);
    return cells;
  }

  /// How many bytes of what is left are whole records, at least one; 0: nothing is left, or a record has no end.
  std::size_t records(std::size_t most = csv_sample_bytes) {
    for (;;) {
      const std::string_view text = left().substr(0, most);
      if (ended_ && text.size() == left().size()) return text.size();
      if (const std::size_t n = whole_records(dialect_, text.data(), text.size()); n > 0) return n;
      if (text.size() >= csv_record_limit) return 0;
      most = 2 * std::max(most, text.size());
      if (left().size() < most && !ended_) more(most - left().size());
    }
  }

  static std::string too_long() {
    return joined({"a record of more than ", csv_record_limit, " bytes: is a quote never closed, or is this no delimited text?"});
  }

  void sample() {
    const std::size_t n = records();
    CsvBlock block;
    std::memcpy(block.room(n), left().data(), n);
    block.text[n] = '\n';
    infer_kinds(plan_, *header_, options_, dialect_, block.text.data(), block.text.data() + n);
  }

  void learn_schema(const Schema* known) {
    if (plan_.known_columns) {
      known_names_ = Buffer<CsvNames>(plan_.dictionaries);
      for (const CsvSlot& slot : plan_.slots)
        if (slot.kind == CsvKind::category || slot.kind == CsvKind::code) known_names_[slot.names].add_all(known->columns[slot.input].categories);
    }
    if (!plan_.known_classes || request_.target != CsvTarget::label) return;
    plan_.schema.classes = known->classes;
    known_classes_.add_all(known->classes);
    if (request_.outputs >= 0 && known_classes_.size() > request_.outputs)
      throw ShapeError(joined({source_.path(), ": expected at most ", request_.outputs, " classes for ", request_.output, ", got ", known_classes_.size(), " in the schema"}));
  }

  /// The next blocks of the file; how many there are.
  std::size_t fill(Buffer<CsvBlock>& blocks) {
    std::size_t n = 0;
    for (; n < blocks.size(); ++n) {
      if (left().size() < csv_block_bytes && !ended_) more(csv_sample_bytes);
      if (left().empty()) break;
      std::size_t bytes = records(csv_block_bytes);
      CsvBlock& block = blocks[n];
      block.refused = bytes == 0 ? too_long() : std::string();  // said when all before it has been taken
      if (bytes == 0) bytes = std::min(left().size(), csv_block_bytes), ended_ = true, filled_ = used_ + bytes;
      std::memcpy(block.room(bytes), left().data(), bytes);
      block.bytes = bytes;
      handed_out_ += bytes;
      used_ += bytes;
    }
    return n;
  }

  /// What a block holds, behind all before it.
  void take(CsvBlock& block) {
    if (block.fault) refuse_at_place(block, block.fault.place, block.fault.message);
    Buffer<Buffer<int>> number(plan_.dictionaries);
    for (std::size_t d = 0; d < plan_.dictionaries; ++d)
      for (int i = 0; i < block.names[d].size(); ++i) number[d].push_back(names_[d].keep(block.names[d][i]));
    Buffer<int> label_number;
    for (int i = 0; i < block.classes.size(); ++i) {
      label_number.push_back(classes_.keep(block.classes[i]));
      if (request_.outputs >= 0 && classes_.size() > request_.outputs) refuse_class(block, block.classes[i]);
    }
    if (report_.rows == 0 && block.report.rows > 0) {  // memory for all: untouched, it costs nothing
      const double all = 1.02 * static_cast<double>(source_.ahead() + left().size() + handed_out_) / static_cast<double>(block.bytes);
      if (all > 8) rows_.reserve(plan_, request_, static_cast<std::size_t>(all * static_cast<double>(block.report.rows)));
    }
    rows_.append(plan_, block.rows, static_cast<std::size_t>(block.report.rows), number, label_number);
    report_.rows += block.report.rows;
    report_.dropped += block.report.dropped;
    report_.missing += block.report.missing;
    report_.unseen += block.report.unseen;
    line_ += block.lines;
    handed_out_ -= block.bytes;
  }
  [[noreturn, gnu::cold]] void refuse_at_place(const CsvBlock& block, const char* place, std::string_view message) const {
    throw DataError(joined({source_.path(), ":", line_ + block.lines_before(place) + 1, ":", block.column_of(place), ": ", message}));
  }
  [[noreturn, gnu::cold]] void refuse_class(const CsvBlock& block, std::string_view extra) const {
    const bool inside = extra.data() >= block.text.data() && extra.data() < block.text.data() + block.bytes;
    refuse_at_place(block, inside ? extra.data() : block.text.data(),
                    joined({"expected ", request_.outputs, " classes for ", request_.output, ", got one more, ", shown(extra), ", beside ", classes_.list(request_.outputs)}));
  }

  /// From numbers in the order in which names came to numbers in the order of the sorted names.
  void name_categories() {
    if (plan_.known_columns) return;
    Buffer<Buffer<int>> rank(plan_.dictionaries);
    for (const CsvSlot& slot : plan_.slots)
      if (slot.kind == CsvKind::category || slot.kind == CsvKind::code)
        names_[slot.names].sort(plan_.schema.columns[slot.input].categories, rank[slot.names]);
    rows_.renumber(plan_, static_cast<std::size_t>(report_.rows), rank);
  }
  void name_classes() {
    if (plan_.known_classes) return;
    Buffer<int> rank;
    classes_.sort_classes(request_.outputs, plan_.schema.classes, rank);
    for (std::int32_t& label : rows_.labels) label = rank[static_cast<std::size_t>(label)];
  }

  CsvOptions options_;
  CsvRequest request_;
  ByteSource<> source_;
  Buffer<char> ahead_{};
  std::size_t used_ = 0, filled_ = 0;
  std::size_t handed_out_ = 0;  // bytes of blocks that are not yet taken
  bool ended_ = false;
  std::ptrdiff_t line_ = 0;  // lines before what the next block to be taken begins with
  CsvDialect dialect_{};
  std::optional<CsvHeader> header_{};
  CsvPlan plan_{};
  Buffer<CsvNames> known_names_{}, names_{};
  CsvNames known_classes_{}, classes_{};
  CsvRows rows_{};
  CsvReport report_{};
};

}  // namespace tutti::detail

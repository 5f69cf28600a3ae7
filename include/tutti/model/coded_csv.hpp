// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/data/csv_stream.hpp>
#include <tutti/kernel/parallel.hpp>
#include <tutti/model/bins_fit.hpp>
#include <tutti/model/coded_rows.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>

// A file of rows as bins, without the rows: read once for a sample of them, from which the bins come, and once for codes.
namespace tutti::detail {

template <class = void>  // compiled where it is used, as all here
class CsvSample final : public CsvSink {
 public:
  void take(const CsvPlan& plan, const CsvRows& rows, std::size_t n) override {
    const std::size_t width = plan.inputs.size();
    if (!sample_) sample_.emplace(static_cast<int>(width));
    const std::span<const float> numbers = numbers_.of(plan, rows, n);
    for (std::size_t i = 0; i < n; ++i) sample_->offer(numbers.data() + i * width);
  }
  void renumber(std::size_t input, const Buffer<int>& rank) override {
    for (std::ptrdiff_t i = 0; i < sample_->rows(); ++i)
      if (float& code = sample_->row(i)[input]; code >= 0) code = static_cast<float>(rank[static_cast<std::size_t>(code)]);
  }
  bool keeps_targets() const override { return false; }

  /// Once all rows have been seen; the sample goes.
  Bins bins(int width, int most) {
    sample_->finish();
    Bins made = bins_of_sample(sample_->row(0), sample_->rows(), width, sample_->whole(), most);
    sample_.reset();
    return made;
  }

 private:
  CsvNumbers numbers_{};
  std::optional<RowSample> sample_{};
};

template <class = void>
class CsvCodes final : public CsvSink {
 public:
  CsvCodes(const std::string& path, Binned& into) : path_(path), into_(into) {
    into.codes = Codes(into.rows * into.width(), into.bins.codes());
  }
  void take(const CsvPlan& plan, const CsvRows& rows, std::size_t n) override {
    if (static_cast<std::ptrdiff_t>(plan.inputs.size()) != into_.width() || next_ + static_cast<std::ptrdiff_t>(n) > into_.rows) changed();
    const std::span<const float> numbers = numbers_.of(plan, rows, n);
    const std::ptrdiff_t width = into_.width();
    parallel::for_each(static_cast<std::ptrdiff_t>(n), 128, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
      for (std::ptrdiff_t i = begin; i < end; ++i)
        code_row(into_, next_ + i, numbers.data() + i * width);
    });
    next_ += static_cast<std::ptrdiff_t>(n);
  }
  bool keeps_targets() const override { return true; }
  std::size_t rows() const override { return static_cast<std::size_t>(into_.rows); }
  void check_complete() const {
    if (next_ != into_.rows) changed();
  }

 private:
  [[noreturn, gnu::cold]] void changed() const { throw DataError(joined({path_, ": has changed while it was read"})); }

  const std::string& path_;
  Binned& into_;
  std::ptrdiff_t next_ = 0;
  CsvNumbers numbers_{};
};

struct CodedCsv {
  Binned binned{};
  CsvTable table{};  // targets, side columns and the schema
};

template <class = void>
[[gnu::cold]] CodedCsv code_csv(const std::string& path, const Schema* known, const CsvOptions& options, const CsvRequest& request,
                                int bins) {
  check_can_be_read_again(path);
  CodedCsv coded;
  CsvOptions again;
  Schema schema;
  {
    CsvSample<> sample;
    CsvReader reader(path, options, known, request);
    schema = reader.read(&sample).schema;
    again = second_reading(options, reader.report());
    coded.binned.rows = reader.report().rows;
    coded.binned.bins = sample.bins(static_cast<int>(schema.columns.size()), bins);
  }
  CsvCodes<> codes(path, coded.binned);
  coded.table = CsvReader(path, again, &schema, request).read(&codes);
  codes.check_complete();
  bundle(coded.binned);
  return coded;
}

/// Rows of at most so many bins a column.
template <class X, class Y> Dataset<Coded<X>, Y> coded_rows(const CsvStream<X, Y>& stream, int bins) {
  const Schema* known = stream.known ? &*stream.known : nullptr;
  CodedCsv coded = code_csv(stream.path, known, stream.options,
                            {type_name<X>(), type_name<Y>(), csv_parts(std::type_identity<X>{}), file_target<Y>(), Y::outputs}, bins);
  auto rows = std::make_shared<const CodedStorage>(std::move(coded.binned));
  CsvRows& read = coded.table.rows;
  if constexpr (Y::is_label) return {std::move(rows), std::move(read.labels), std::move(read.side), std::move(coded.table.schema)};
  else return {std::move(rows), std::move(read.values), std::move(read.side), std::move(coded.table.schema)};
}

}  // namespace tutti::detail

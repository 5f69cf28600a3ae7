// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/dataset_columns.hpp>
#include <tutti/core/memo.hpp>
#include <tutti/core/record.hpp>

#include <algorithm>
#include <memory>
#include <numeric>
#include <span>

namespace tutti {

/// Rows of inputs X with targets Y: an immutable value. Copies and subsets share one storage; a subset is a list of
/// rows, in which a row may occur more than once (a bootstrap).
/// Errors   DataError when columns differ in length, a label is no class, a weight is negative, a weight or a time is
///          not finite.
template <Input X, Target Y = Nothing>
class Dataset {
 public:
  using View = ViewOf<X>;
  using Value = typename Y::Element;

  Dataset() = default;
  Dataset(std::shared_ptr<const typename X::Storage> x, Buffer<Value> y, SideColumns side = {}, Schema schema = {},
          int outputs = Y::outputs)
      : columns_(std::make_shared<const Columns>(std::move(x), std::move(y), std::move(side),
                                                 std::make_shared<const Schema>(std::move(schema)), outputs)) {}
  Dataset(typename X::Storage x, Buffer<Value> y, SideColumns side = {}, Schema schema = {})
      : Dataset(std::make_shared<const typename X::Storage>(std::move(x)), std::move(y), std::move(side), std::move(schema)) {}

  /// Rows without targets.
  explicit Dataset(typename X::Storage x)
    requires(Y::width == 0)
      : Dataset(std::move(x), Buffer<Value>()) {}

  std::ptrdiff_t rows() const noexcept { return selected_ ? std::ssize(*selected_) : all_rows(); }
  bool empty() const noexcept { return rows() == 0; }
  /// True for all rows of the storage, in its order: no subset.
  bool is_whole() const noexcept { return !selected_; }
  /// Numbers in a row of inputs.
  int width() const noexcept { return columns_ ? columns_->x->width() : 0; }
  /// Classes of a Label (K, or as many as the data has).
  int classes() const noexcept
    requires(Y::is_label)
  {
    return outputs();
  }
  /// Numbers that a model predicts for a row: classes of a Label, 1 for a Real.
  int outputs() const noexcept { return columns_ ? columns_->outputs : (Y::outputs < 0 ? 0 : Y::outputs); }

  View x(std::ptrdiff_t i) const noexcept { return columns_->x->template view<View>(position(i)); }
  Y y(std::ptrdiff_t i) const noexcept
    requires(Y::width == 1)
  {
    return Y::read(columns_->y.data() + position(i), columns_->names);
  }
  /// All numbers of the target of a row (one for Label and Real).
  std::span<const Value> target(std::ptrdiff_t i) const noexcept {
    const std::ptrdiff_t w = target_width();
    return {columns_->y.data() + position(i) * w, static_cast<std::size_t>(w)};
  }
  float weight(std::ptrdiff_t i) const noexcept { return has_weights() ? columns_->side.weight[at(i)] : 1.0f; }
  std::int64_t group(std::ptrdiff_t i) const noexcept { return has_groups() ? columns_->side.group[at(i)] : id(i); }
  double time(std::ptrdiff_t i) const noexcept { return has_times() ? columns_->side.time[at(i)] : static_cast<double>(origin(i)); }
  std::int64_t id(std::ptrdiff_t i) const noexcept { return columns_->side.id.empty() ? origin(i) : columns_->side.id[at(i)]; }
  /// The row of the data that were first read: what folds and early-stopping slices are made of.
  RowIndex origin(std::ptrdiff_t i) const noexcept {
    return columns_->origin.empty() ? static_cast<RowIndex>(position(i)) : columns_->origin[at(i)];
  }
  bool has_weights() const noexcept { return columns_ && !columns_->side.weight.empty(); }
  bool has_groups() const noexcept { return columns_ && !columns_->side.group.empty(); }
  bool has_times() const noexcept { return columns_ && !columns_->side.time.empty(); }
  bool has_ids() const noexcept { return columns_ && !columns_->side.id.empty(); }

  const Schema& schema() const noexcept {
    static const Schema none;
    return columns_ ? *columns_->schema : none;
  }
  std::shared_ptr<const Schema> shared_schema() const noexcept {
    return columns_ ? columns_->schema : std::make_shared<const Schema>();
  }

  /// The rows at these positions of this dataset, in this order, repeats allowed.
  Dataset subset(std::span<const RowIndex> positions) const {
    Buffer<RowIndex> selected(positions.size());
    for (std::size_t i = 0; i < positions.size(); ++i) {
      check(static_cast<std::ptrdiff_t>(positions[i]) < rows(), {"expected a row below ", rows()}, positions[i]);
      selected[i] = static_cast<RowIndex>(position(positions[i]));
    }
    Dataset d = session();
    d.selected_ = std::make_shared<const Buffer<RowIndex>>(std::move(selected));
    return d;
  }
  /// The same rows with an empty memo: what is shared during one fit goes with that fit.
  Dataset session() const {
    Dataset d = *this;
    d.memo_ = std::make_shared<Memo>();
    d.inputs_memo_ = std::make_shared<Memo>();
    return d;
  }
  /// What members compute from these rows and have in common (fold subsets); see Memo.
  template <class T, class Make>
  std::shared_ptr<const T> shared(std::uint64_t key, Make&& make) const {
    return memo_->get<T>(key, std::forward<Make>(make));
  }
  /// The same for what is made of the inputs alone (binned columns): rows with other targets or weights have it in common.
  template <class T, class Make>
  std::shared_ptr<const T> shared_of_inputs(std::uint64_t key, Make&& make) const {
    return inputs_memo_->get<T>(key, std::forward<Make>(make));
  }
  Dataset first(std::ptrdiff_t n) const {
    Buffer<RowIndex> positions(static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(n, 0, rows())));
    std::iota(positions.begin(), positions.end(), RowIndex{0});
    return subset(positions);
  }

  /// The views of rows [first, first + count): what models read.
  void views(std::ptrdiff_t first, std::span<View> out) const noexcept {
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = x(first + static_cast<std::ptrdiff_t>(i));
  }

  /// The same rows, targets and side columns with other inputs; `inputs` has one row for each of rows().
  template <Input X2>
  Dataset<X2, Y> with_inputs(std::shared_ptr<const typename X2::Storage> inputs, Buffer<Column> columns = {}) const {
    check(inputs->size() == rows(), {"expected a row of inputs for each of ", rows(), " rows"}, inputs->size());
    Schema s{std::move(columns), schema().target, schema().classes};
    return {std::make_shared<const detail::DatasetColumns<X2, Y>>(std::move(inputs), gathered_targets(), gathered_side(),
                                                                  std::make_shared<const Schema>(std::move(s)), outputs(), origins()),
            nullptr};
  }
  /// The same rows, inputs and side columns with other targets, `outputs` numbers for each row. Class names stay where
  /// they are as many as the outputs.
  template <Target Y2>
  Dataset<X, Y2> with_targets(Buffer<typename Y2::Element> targets, int outputs) const {
    std::shared_ptr<const Schema> names = columns_->schema;
    if (names && !names->classes.empty() && std::ssize(names->classes) != outputs)
      names = std::make_shared<const Schema>(Schema{names->columns, names->target, {}});
    const int width = Y2::width == Dynamic ? outputs : Y2::width;
    detail::check_count("target values", targets.size(), rows() * width, rows());
    Dataset<X, Y2> d(std::make_shared<const detail::DatasetColumns<X, Y2>>(columns_->x, scattered(std::move(targets), width),
                                                                           columns_->side, std::move(names), outputs, columns_->origin),
                     selected_);
    d.inputs_memo_ = inputs_memo_;
    return d;
  }
  /// The same rows with other weights, one for each; with none, all weigh the same. Repeats of a row have one weight.
  Dataset with_weights(Buffer<float> weights) const {
    if (!weights.empty()) detail::check_count("weights", weights.size(), rows(), rows());
    SideColumns side{{}, columns_->side.group, columns_->side.time, columns_->side.id};
    if (!weights.empty()) side.weight = scattered(std::move(weights), 1);
    Dataset d(std::make_shared<const Columns>(columns_->x, columns_->y, std::move(side), columns_->schema, outputs(), columns_->origin),
              selected_);
    d.inputs_memo_ = inputs_memo_;
    return d;
  }
  /// One field of a record, sharing its storage.
  template <meta::FixedString Name>
  auto field() const {
    using Part = typename X::template FieldType<Name>;
    constexpr int index = X::template index_of<Name>;
    const auto& part = columns_->x->template field<index>();
    std::shared_ptr<const Schema> schema = columns_->schema;
    if (std::ssize(schema->columns) == width()) {  // the columns of this field only
      std::ptrdiff_t first = 0;
      meta::unroll<static_cast<std::size_t>(index)>(
          [&](auto before) { first += columns_->x->template field<static_cast<int>(decltype(before)::value)>()->width(); });
      const auto begin = schema->columns.begin() + first;
      schema = std::make_shared<const Schema>(Schema{{begin, begin + part->width()}, schema->target, schema->classes});
    }
    return Dataset<Part, Y>(std::make_shared<const detail::DatasetColumns<Part, Y>>(part, columns_->y, columns_->side, std::move(schema),
                                                                                    outputs(), columns_->origin),
                            selected_);
  }

  /// The row of the storage behind row i; two datasets with the same storage agree on it.
  std::ptrdiff_t position(std::ptrdiff_t i) const noexcept {
    return selected_ ? static_cast<std::ptrdiff_t>((*selected_)[static_cast<std::size_t>(i)]) : i;
  }
  const std::shared_ptr<const typename X::Storage>& storage() const noexcept { return columns_->x; }

 private:
  template <Input, Target>
  friend class Dataset;
  using Columns = detail::DatasetColumns<X, Y>;

  Dataset(std::shared_ptr<const Columns> columns, std::shared_ptr<const Buffer<RowIndex>> selected)
      : columns_(std::move(columns)), selected_(std::move(selected)) {}

  std::ptrdiff_t all_rows() const noexcept { return columns_ ? columns_->x->size() : 0; }
  std::ptrdiff_t target_width() const noexcept { return Y::width == Dynamic ? outputs() : Y::width; }
  std::size_t at(std::ptrdiff_t i) const noexcept { return static_cast<std::size_t>(position(i)); }

  template <class T>
  Buffer<T> scattered(Buffer<T> values, std::ptrdiff_t width) const {
    return detail::scattered(std::move(values), width, selected_.get(), all_rows());
  }
  SideColumns gathered_side() const {
    const SideColumns& s = columns_->side;
    const auto of_rows = [&](const auto& column) { return detail::gathered(column, selected_.get()); };
    return {of_rows(s.weight), of_rows(s.group), of_rows(s.time), of_rows(s.id)};
  }
  Buffer<Value> gathered_targets() const {
    Buffer<Value> out;
    out.reserve(static_cast<std::size_t>(rows() * target_width()));
    for (std::ptrdiff_t i = 0; i < rows(); ++i) out.append(target(i));
    return out;
  }
  Buffer<RowIndex> origins() const {
    if (!selected_ && columns_->origin.empty()) return {};
    Buffer<RowIndex> out(static_cast<std::size_t>(rows()));
    for (std::ptrdiff_t i = 0; i < rows(); ++i) out[static_cast<std::size_t>(i)] = origin(i);
    return out;
  }

  std::shared_ptr<const Columns> columns_;
  std::shared_ptr<const Buffer<RowIndex>> selected_;  // null: all rows
  std::shared_ptr<Memo> memo_ = std::make_shared<Memo>(), inputs_memo_ = std::make_shared<Memo>();
};

}  // namespace tutti

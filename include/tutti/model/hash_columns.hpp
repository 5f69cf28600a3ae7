// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/capabilities.hpp>
#include <tutti/core/context.hpp>
#include <tutti/core/dataset.hpp>
#include <tutti/core/input.hpp>
#include <tutti/model/murmur_hash.hpp>
#include <tutti/model/prepared_columns.hpp>

namespace tutti {

/// The hashing trick: each category "SEX=male" adds 1, or -1 by its hash, to one of `outputs` columns. Nothing is learnt,
/// so many categories take no more room than few; a missing one adds nothing. All other columns stand in front.
/// Shapes   x (n) -> y (columns that are kept + outputs).
/// Needs    a schema with the names of columns and categories.
/// Cost     fit: a hash for each category; transform: an addition for each categorical column.
/// Errors   FitError without a schema, or for outputs < 1.
/// Source   Weinberger et al., Feature hashing for large scale multitask learning (ICML 2009); scikit-learn 1.2,
///          FeatureHasher.
struct HashColumns {
  int outputs = 16;
  bool alternate_sign = true;

  static constexpr Capabilities capabilities{
      .labels = true, .numbers = true, .flags = true, .weights = true, .missing = true};
  static constexpr Shape infer(Shape) { return shape(Dynamic); }

  struct Model {
    std::int32_t outputs = 0;
    Buffer<std::int32_t> kept{};    // for each column: where it goes as it is, -1: it is hashed
    Buffer<std::int32_t> begin{0};  // the categories of column j are [begin[j], begin[j + 1])
    Buffer<std::int32_t>
        to{};  // for each category: the column it adds to, 1 and up, or less than 0: subtracts from

    int width() const noexcept { return first() + outputs; }
    template <class View, class T> void transform(const View& x, T* out) const noexcept {
      T* const hashed = out + first();
      for (std::int32_t k = 0; k < outputs; ++k) hashed[k] = T{0};
      for (std::size_t j = 0; j < kept.size(); ++j) {
        const float value = x[static_cast<std::ptrdiff_t>(j)];
        if (kept[j] >= 0) {
          out[kept[j]] = static_cast<T>(value);
        } else if (value >= 0 && value < static_cast<float>(begin[j + 1] - begin[j])) {
          const std::int32_t t = to[static_cast<std::size_t>(begin[j] + static_cast<std::int32_t>(value))];
          hashed[(t < 0 ? -t : t) - 1] += t < 0 ? T{-1} : T{1};
        }
      }
    }
    Buffer<Column> columns(const Buffer<Column>& in) const {
      Buffer<Column> out(static_cast<std::size_t>(width()));
      for (std::size_t j = 0; j < kept.size(); ++j)
        if (kept[j] >= 0) out[static_cast<std::size_t>(kept[j])] = in[j];
      for (std::int32_t k = 0; k < outputs; ++k)
        out[static_cast<std::size_t>(first() + k)].name = "hash " + std::to_string(k);
      return out;
    }
    static void visit(auto& self, auto& archive) {
      archive("outputs", self.outputs)("kept", self.kept)("begin", self.begin)("to", self.to);
    }
    void loaded() const {
      detail::check_lists("categories", begin, to.size());
      detail::check_size("columns of categories", begin.size() - 1, std::ssize(kept));
      check<FileError>(outputs >= 1 && outputs < (1 << 28), "expected at least one output", outputs);
      for (const std::int32_t t : to)
        check<FileError>(t != 0 && t >= -outputs && t <= outputs, {"expected one of ", outputs, " outputs"},
                         t);
      std::int32_t next = 0;
      for (const std::int32_t k : kept)
        check<FileError>(k == -1 || k == next++, "expected kept columns in order", k);
    }
    void check_extents(int columns, int) const { detail::check_size("columns", kept.size(), columns); }

   private:
    std::int32_t first() const noexcept {  // of the hashed columns
      std::int32_t n = 0;
      for (const std::int32_t k : kept) n += k >= 0;
      return n;
    }
  };

  template <class X, class Y> Model fit(const Dataset<X, Y>& data, const Context& context) const {
    return hashed(data.schema(), data.width(), context.path());
  }
  static void visit(auto& self, auto& archive) {
    archive("outputs", self.outputs)("alternate_sign", self.alternate_sign);
  }

 private:
  [[gnu::cold]] Model hashed(const Schema& schema, int width, const std::string& path) const {
    const detail::ColumnChoice on{schema, width, path, "HashColumns"};
    on.expect(std::ssize(schema.columns) == width,
              {"expected data whose schema says which columns are categorical"});
    on.expect(outputs >= 1 && outputs < (1 << 28), {"expected at least one output, got ", outputs});
    Model m{outputs, {}, {0}, {}};
    std::int32_t next = 0;
    for (const Column& column : schema.columns) {
      const bool is_category = column.kind == ColumnKind::categorical;
      m.kept.push_back(is_category ? -1 : next++);
      for (std::size_t k = 0; is_category && k < column.categories.size(); ++k) {
        const std::int64_t h = std::int32_t(detail::murmur_hash(column.name + '=' + column.categories[k]));
        const auto place = static_cast<std::int32_t>((h < 0 ? -h : h) % outputs) + 1;
        m.to.push_back(alternate_sign && h < 0 ? -place : place);
      }
      m.begin.push_back(static_cast<std::int32_t>(m.to.size()));
    }
    return m;
  }
};

}  // namespace tutti

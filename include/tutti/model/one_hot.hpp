// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/capabilities.hpp>
#include <tutti/core/context.hpp>
#include <tutti/core/input.hpp>
#include <tutti/model/prepared_columns.hpp>

#include <algorithm>

namespace tutti {

/// Which category gets no column: none; the first; the first of two.
enum class Drop : int { none, first, if_binary };

/// A column of categories becomes one of zeros and ones for each value that it has in training, in order: "SEX=male".
/// What is missing or was not seen in training is all zeros, or has a column of its own ("SEX=?"). Values below
/// min_frequency, and the rarest above max_categories, share the column "SEX=infrequent"; what is missing or unseen then
/// counts there.
/// Shapes   x (n) -> y (columns that are kept as they are, and those of each encoded column in its place).
/// Needs    `.columns`, or a schema that says which columns are categorical, or `.optional`.
/// Cost     fit: a sort of each encoded column; transform: a binary search for each.
/// Errors   FitError where neither names columns, one is not there, holds an infinite number, max_categories is 1, or
///          no column would be left. Rows of weight w count as w copies.
/// Source   scikit-learn 1.2, OneHotEncoder(handle_unknown="infrequent_if_exist").
struct OneHot {
  Buffer<int> columns{};  // which columns; empty: those that the schema calls categorical
  Drop drop = Drop::none;
  bool own = false;         // a column for what is missing or unseen
  float min_frequency = 0;  // below 1: a share of the rows, else a number of rows
  int max_categories = 0;   // most columns for one, "infrequent" among them; 0: any number
  bool optional = false;    // where nobody says which columns are categorical none is, rather than an error

  static constexpr Capabilities capabilities{
      .labels = true, .numbers = true, .flags = true, .weights = true, .missing = true};
  static constexpr Shape infer(Shape) { return shape(Dynamic); }

  struct Model {
    std::int32_t outputs = 0;
    Buffer<std::int32_t> kept{};        // for each column: where it goes as it is, -1: it is encoded
    Buffer<std::int32_t> other{};       // for each column: the output of what is none of its values, -1: none
    Buffer<std::int32_t> infrequent{};  // for each column: the output of its rare values, -1: none
    Buffer<std::int32_t> begin{0};      // the values of column j are [begin[j], begin[j + 1])
    Buffer<float> values{};             // ascending for each column
    Buffer<std::int32_t> to{};          // the output of each value, -1: none

    int width() const noexcept { return outputs; }
    template <class View, class T> void transform(const View& x, T* out) const noexcept {
      for (std::int32_t k = 0; k < outputs; ++k) out[k] = T{0};
      for (std::size_t j = 0; j < kept.size(); ++j) {
        const float value = x[static_cast<std::ptrdiff_t>(j)];
        if (kept[j] >= 0) {
          out[kept[j]] = static_cast<T>(value);
        } else if (const std::int32_t k = output_of(j, value); k >= 0) {
          out[k] = T{1};
        }
      }
    }
    Buffer<Column> columns(const Buffer<Column>& in) const {
      Buffer<Column> out(static_cast<std::size_t>(outputs));
      for (std::size_t j = 0; j < kept.size(); ++j) {
        if (kept[j] >= 0) out[static_cast<std::size_t>(kept[j])] = in[j];
        const auto name = [&](std::int32_t k, const std::string& value) {
          if (k >= 0) out[static_cast<std::size_t>(k)].name = in[j].name + '=' + value;
        };
        name(other[j], "?");
        for (auto v = static_cast<std::size_t>(begin[j]); v < static_cast<std::size_t>(begin[j + 1]); ++v)
          name(to[v], detail::value_called(in[j], values[v]));
        name(infrequent[j], "infrequent");
      }
      return out;
    }
    static void visit(auto& self, auto& archive) {
      archive("outputs", self.outputs)("kept", self.kept)("other", self.other)("infrequent", self.infrequent);
      archive("begin", self.begin)("values", self.values)("to", self.to);
    }
    void loaded() const {
      detail::check_lists("values", begin, values.size());
      detail::check_size("columns of values", begin.size() - 1, std::ssize(kept));
      detail::check_size("outputs of values", to.size(), std::ssize(values));
      detail::check_size("outputs of other values", other.size(), std::ssize(kept));
      detail::check_size("outputs of infrequent values", infrequent.size(), std::ssize(kept));
      for (const auto* list : {&kept, &other, &infrequent, &to})
        for (const std::int32_t k : *list)
          check<FileError>(k >= -1 && k < outputs, {"expected an output below ", outputs}, k);
      check<FileError>(outputs > 0, "expected at least one output", outputs);
    }
    void check_extents(int columns, int) const {
      detail::check_size("columns to encode", kept.size(), columns);
    }

   private:
    std::int32_t output_of(std::size_t j, float value) const noexcept {
      const float* const first = values.data() + begin[j];
      const float* const last = values.data() + begin[j + 1];
      const float* const at = std::lower_bound(first, last, value);
      return at != last && *at == value ? to[static_cast<std::size_t>(at - values.data())] : other[j];
    }
  };

  template <class X, class Y> Model fit(const Dataset<X, Y>& data, const Context& context) const;

  static void visit(auto& self, auto& archive) {
    archive("own", self.own)("min_frequency", self.min_frequency)("max_categories", self.max_categories)("optional", self.optional);
  }
};

}  // namespace tutti

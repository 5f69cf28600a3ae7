// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/capabilities.hpp>
#include <tutti/core/context.hpp>
#include <tutti/core/dataset.hpp>
#include <tutti/core/input.hpp>
#include <tutti/model/prepared_columns.hpp>

namespace tutti {

/// All products of up to `degree` columns: "a", "b", "a^2", "a b", "b^2", by growing degree, then in the order of
/// their columns. With interaction_only no column occurs twice in a product. Other columns than numbers and dates stand
/// behind, as they are. NaN makes products NaN.
/// Shapes   x (n) -> y ((n + degree)! / (n! degree!) - 1).
/// Cost     fit: nothing is learnt; transform: degree - 1 flops for each product.
/// Errors   FitError for a degree below 1, or for more than a million products.
/// Source   scikit-learn 1.2, PolynomialFeatures (where include_bias is the default).
struct Polynomial {
  int degree = 2;
  bool interaction_only = false;
  bool bias = false;  // a column "1" in front

  static constexpr Capabilities capabilities{
      .labels = true, .numbers = true, .flags = true, .weights = true, .missing = true};
  static constexpr Shape infer(Shape) { return shape(Dynamic); }

  struct Model {
    std::int32_t inputs = 0;
    Buffer<std::int32_t> begin{0};  // product k is of the columns [begin[k], begin[k + 1]) of `factors`
    Buffer<std::int32_t> factors{};

    int width() const noexcept { return static_cast<int>(begin.size()) - 1; }
    template <class View, class T> void transform(const View& x, T* out) const noexcept {
      for (std::size_t k = 0; k + 1 < begin.size(); ++k) {
        double product = 1;
        for (std::int32_t f = begin[k]; f < begin[k + 1]; ++f)
          product *= static_cast<double>(x[factors[static_cast<std::size_t>(f)]]);
        out[k] = static_cast<T>(product);
      }
    }
    Buffer<Column> columns(const Buffer<Column>& in) const;
    static void visit(auto& self, auto& archive) {
      archive("inputs", self.inputs)("begin", self.begin)("factors", self.factors);
    }
    void loaded() const {
      detail::check_lists("factors", begin, factors.size());
      for (const std::int32_t j : factors)
        check<FileError>(j >= 0 && j < inputs, {"expected a column below ", inputs}, j);
    }
    void check_extents(int columns, int) const {
      check<FileError>(inputs == columns, {"expected rows of ", columns, " numbers"}, inputs);
    }
  };

  template <class X, class Y> Model fit(const Dataset<X, Y>& data, const Context& context) const {
    return products(data.schema(), data.width(), context.path());
  }
  static void visit(auto& self, auto& archive) {
    archive("degree", self.degree)("interaction_only", self.interaction_only)("bias", self.bias);
  }

 private:
  Model products(const Schema& schema, int width, const std::string& path) const;
};

inline Buffer<Column> Polynomial::Model::columns(const Buffer<Column>& in) const {
  Buffer<Column> out(begin.size() - 1);
  for (std::size_t k = 0; k < out.size(); ++k) {
    const auto first = static_cast<std::size_t>(begin[k]), last = static_cast<std::size_t>(begin[k + 1]);
    if (last == first + 1) out[k] = in[static_cast<std::size_t>(factors[first])];
    else if (last == first) out[k].name = "1";
    for (std::size_t f = first, next = f; last > first + 1 && f < last; f = next) {
      while (next < last && factors[next] == factors[f]) ++next;
      out[k].name += (f > first ? " " : "") + in[static_cast<std::size_t>(factors[f])].name;
      if (next > f + 1) out[k].name += '^' + std::to_string(next - f);
    }
  }
  return out;
}

[[gnu::cold]] inline Polynomial::Model Polynomial::products(const Schema& schema, int width,
                                                            const std::string& path) const {
  const detail::ColumnChoice on{schema, width, path, "Polynomial"};
  on.expect(degree >= 1, {"expected a degree of 1 or more, got ", degree});
  const Buffer<std::uint8_t> acts = detail::number_columns(schema, width);
  Buffer<std::int32_t> numbers;
  for (std::int32_t j = 0; j < width; ++j)
    if (acts[static_cast<std::size_t>(j)] != 0) numbers.push_back(j);
  Model m{width, {0}, {}};
  const auto end_product = [&] {
    m.begin.push_back(static_cast<std::int32_t>(m.factors.size()));
    on.expect(m.begin.size() <= 1000001,
              {"expected at most 1000000 products, got more of ", numbers.size(), " columns"});
  };
  if (bias) end_product();
  const std::size_t n = numbers.size();
  for (std::size_t d = 1; d <= static_cast<std::size_t>(degree) && n > 0 && (!interaction_only || d <= n);
       ++d) {
    Buffer<std::size_t> at(d);  // which numbers: ascending, counted up like a clock
    for (std::size_t i = 0; i < d; ++i) at[i] = interaction_only ? i : 0;
    for (std::size_t turned = 0; turned < d;) {
      for (const std::size_t a : at) m.factors.push_back(numbers[a]);
      end_product();
      turned = 0;
      while (turned < d && at[d - 1 - turned] + 1 + (interaction_only ? turned : 0) == n) ++turned;
      if (turned == d) break;
      const std::size_t first = d - 1 - turned, value = at[first] + 1;
      for (std::size_t i = first; i < d; ++i) at[i] = interaction_only ? value + (i - first) : value;
    }
  }
  for (std::int32_t j = 0; j < width; ++j)
    if (acts[static_cast<std::size_t>(j)] == 0) {
      m.factors.push_back(j);
      end_product();
    }
  on.expect(m.width() > 0, {"expected at least one column, got ", width});
  return m;
}

}  // namespace tutti

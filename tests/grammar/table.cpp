// SPDX-License-Identifier: Apache-2.0
// An input of one's own: a table with columns of mixed kinds, as wide as the data, stored by column.
#include <doctest/doctest.h>
#include <tutti/combine/cascade_fit.hpp>
#include <tutti/combine/stack_fit.hpp>
#include <tutti/core/file.hpp>
#include <tutti/model/ridge_fit.hpp>
#include <tutti/model/standardize_fit.hpp>

#include "combine/learners.hpp"

#include <variant>

using namespace tutti;
using namespace learners;

namespace mixed {

/// Numbers as they are, categories as their positions; missing is NaN.
class Columns {
 public:
  using Column = std::variant<std::vector<float>, std::vector<std::uint16_t>>;
  Columns() = default;
  explicit Columns(std::vector<Column> columns) : columns_(std::move(columns)) {}

  std::ptrdiff_t size() const noexcept {
    return columns_.empty() ? 0 : std::visit([](const auto& c) { return std::ssize(c); }, columns_.front());
  }
  int width() const noexcept { return static_cast<int>(columns_.size()); }
  float at(std::ptrdiff_t row, int column) const noexcept {
    const auto r = static_cast<std::size_t>(row);
    const Column& c = columns_[static_cast<std::size_t>(column)];
    if (const auto* numbers = std::get_if<0>(&c)) return (*numbers)[r];
    const std::uint16_t category = (*std::get_if<1>(&c))[r];
    return category == 0xffff ? std::numeric_limits<float>::quiet_NaN() : static_cast<float>(category);
  }
  template <class View>
  View view(std::ptrdiff_t row) const noexcept {
    return View(this, row);
  }

 private:
  std::vector<Column> columns_;
};

class TableView {
 public:
  TableView() = default;
  TableView(const Columns* table, std::ptrdiff_t row) noexcept : table_(table), row_(row) {}
  int size() const noexcept { return table_ != nullptr ? table_->width() : 0; }
  float operator[](std::ptrdiff_t column) const noexcept { return table_->at(row_, static_cast<int>(column)); }
  template <class T>
  void copy_to(T* out) const noexcept {
    for (int j = 0; j < size(); ++j) out[j] = static_cast<T>((*this)[j]);
  }

 private:
  const Columns* table_ = nullptr;
  std::ptrdiff_t row_ = 0;
};

struct ByColumn {
  static constexpr Shape shape = tutti::shape(Dynamic);
  using Element = float;
  using View = TableView;
  using Storage = Columns;
};
static_assert(Input<ByColumn>);

/// A transform that reads such rows: each category of a column becomes a column of its own.
struct OneHotAll {
  static constexpr Capabilities capabilities{.weights = true, .missing = true};
  static constexpr Shape infer(Shape) { return shape(Dynamic); }
  struct Model {
    std::vector<std::int32_t> categories{};  // of each column; 0: numbers
    int width() const noexcept {
      int w = 0;
      for (const int c : categories) w += c == 0 ? 1 : c;
      return w;
    }
    void transform(const TableView& x, float* out) const noexcept {
      for (int j = 0; j < x.size(); ++j) {
        const int count = categories[static_cast<std::size_t>(j)];
        if (count == 0) *out++ = x[j];
        for (int c = 0; c < count; ++c) *out++ = x[j] == static_cast<float>(c) ? 1.0f : 0.0f;  // a missing one is none of them
      }
    }
    static void visit(auto& self, auto& archive) { archive("categories", self.categories); }
    void check_extents(int columns, int) const { check<FileError>(std::ssize(categories) == columns, {"expected ", columns, " columns"}, categories.size()); }
  };
  template <class Y>
  Model fit(const Dataset<ByColumn, Y>& data, Context) const {
    Model m;
    for (const Column& c : data.schema().columns) m.categories.push_back(static_cast<std::int32_t>(c.categories.size()));
    return m;
  }
};

Dataset<ByColumn, Real> prices(int rows) {
  std::vector<float> area, price;
  std::vector<std::uint16_t> city;
  for (int i = 0; i < rows; ++i) {
    area.push_back(static_cast<float>(30 + 7 * (i % 13)));
    city.push_back(i % 10 == 9 ? std::uint16_t{0xffff} : static_cast<std::uint16_t>(i % 3));
    price.push_back(2 * area.back() + (city.back() == 1 ? 100.0f : city.back() == 2 ? -50.0f : 0.0f));
  }
  Schema schema{{{"area", ColumnKind::numeric, {}}, {"city", ColumnKind::categorical, {"Bern", "Genf", "Chur"}}}, "price", {}};
  return Dataset<ByColumn, Real>(Columns({area, city}), price, {}, schema);
}

}  // namespace mixed

TEST_CASE("a table of mixed columns is an input like any other: transformed, stacked, predicted, saved") {
  const auto data = mixed::prices(90);
  const auto linear = Cascade{mixed::OneHotAll{}, Standardize{}, Ridge{.lambda = 1e-3f}};
  const auto model = fit(Stack{Average{linear, linear}, Ridge{.lambda = 1e-3f}}, data);
  for (std::ptrdiff_t i = 0; i < 30; ++i) CHECK(model.predict(data.x(i)).value == doctest::Approx(data.y(i).value).epsilon(0.05));
  using Model = std::remove_const_t<decltype(model)>;
  CHECK(all_outputs(from_bytes<Model>(to_bytes(model)), data) == all_outputs(model, data));
  CHECK(type_name<Model>().ends_with("ByColumn, Real>"));
}

TEST_CASE("its width is checked, and its names are in the errors") {
  const auto data = mixed::prices(30);
  const auto model = fit(Cascade{mixed::OneHotAll{}, Ridge{}}, data);
  const mixed::Columns wider({std::vector<float>{1}, std::vector<float>{1}, std::vector<float>{1}});
  CHECK(thrown_by<ShapeError>([&] { model.predict(wider.view<mixed::TableView>(0)); }) == "expected a row of 2 numbers, got 3");
  CHECK(thrown_by<FitError>([&] { fit(Nearest{}, data); }) == "Nearest: row 9, column \"city\" is nan, and this member takes finite values only");
}

TEST_CASE("folds, subsets and bootstraps of a table share its storage") {
  const auto data = mixed::prices(30);
  const std::vector<RowIndex> some{9, 9, 1};
  CHECK(data.subset(some).storage() == data.storage());
  CHECK(data.subset(some).x(2)[0] == data.x(1)[0]);
}

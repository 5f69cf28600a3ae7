// SPDX-License-Identifier: Apache-2.0
#include <tutti/combine/bag_fit.hpp>
#include <tutti/combine/fuse_fit.hpp>
#include <tutti/combine/on_fit.hpp>
#include <tutti/core/file.hpp>
#include <tutti/measure/evaluate.hpp>
#include <tutti/model/identity.hpp>
#include <tutti/model/logistic_fit.hpp>
#include <tutti/model/one_hot_fit.hpp>
#include <tutti/model/pca_fit.hpp>
#include <tutti/model/ridge_fit.hpp>
#include <tutti/model/standardize_fit.hpp>
#include <tutti/train/fit_transform.hpp>
#include <doctest/doctest.h>

#include "combine/crafted.hpp"
#include "combine/learners.hpp"
#include "combine/spies.hpp"
#include "reference/stacking.hpp"

using namespace tutti;
using namespace learners;

namespace {

const FitOptions three{.folds = {.k = 3}};

/// Says the column `at`.
struct Echo {
  int at = 0;
  static constexpr Capabilities capabilities{.weights = true, .missing = true};
  struct Model {
    int at = 0;
    Real predict(const auto& x) const noexcept { return {x[at]}; }
    static void visit(auto& self, auto& archive) { archive("at", self.at); }
  };
  template <class X, class Y> Model fit(const Dataset<X, Y>&, Context) const { return {at}; }
};
/// A transform that says of a row of one number whether it has learnt from it.
struct Remembers {
  static constexpr Capabilities capabilities{.weights = true, .missing = true};
  static constexpr Shape infer(Shape) { return shape(1); }
  struct Model {
    std::vector<float> seen{};
    int width() const { return 1; }
    void transform(const auto& x, float* out) const noexcept {
      *out = std::count(seen.begin(), seen.end(), x[0]) > 0 ? 1.0f : 0.0f;
    }
  };
  template <class X, class Y> Model fit(const Dataset<X, Y>& data, Context) const {
    Model m;
    for (std::ptrdiff_t i = 0; i < data.rows(); ++i) m.seen.push_back(data.x(i)[0]);
    return m;
  }
};
/// One that has seen the targets, and says 7 of the rows that it has learnt from.
struct Supervised : Remembers {
  template <class X, class Y>
  Model fit_transform(const Dataset<X, Y>& data, Context context, Buffer<float>& rows) const {
    rows.assign(static_cast<std::size_t>(data.rows()), 7.0f);
    return fit(data, context);
  }
};
Dataset<Row<1>, Real> counted(int rows) {
  std::vector<float> x, y;
  for (int i = 0; i < rows; ++i) x.push_back(static_cast<float>(i)), y.push_back(static_cast<float>(i % 5));
  return table<Row<1>, Real>(1, x, y);
}
/// The row that a spy is asked about, as another spy spells it.
struct Spelled {
  static constexpr Capabilities capabilities{.weights = true};
  static constexpr bool stateless = true;
  static constexpr Shape infer(Shape) { return shape(Dynamic); }
  struct Model {
    int rows = 0;
    int width() const { return rows; }
    void transform(const auto& x, float* out) const noexcept {
      for (int j = 0; j < rows; ++j) out[j] = 0;
      if (x.size() == 1) out[static_cast<int>(x[0])] = 1;
      else
        for (int j = 0; j < rows; ++j) out[j] = x[j];
    }
  };
  template <class X, class Y> Model fit(const Dataset<X, Y>& data, Context) const { return {data.outputs()}; }
};
/// The same, learnt: so that every fold has its own.
struct Learnt : Spelled {
  static constexpr bool stateless = false;
};
/// Looks at the columns that it is given.
struct Looks {
  Buffer<Column>* columns = nullptr;
  static constexpr Capabilities capabilities{.missing = true};
  struct Model {
    Label<2> predict(const auto&) const { return Label<2>(0); }
  };
  Model fit(const Dataset<Row<Dynamic>, Label<2>>& rows, Context) const {
    *columns = rows.schema().columns;
    return {};
  }
};

}  // namespace

TEST_CASE("estimators side by side in a chain are a stack") {
  const auto data = line<3>(60, 1);
  const Ridge a{.lambda = 1}, b{.lambda = 300};
  const auto chain = fit(Cascade{Fuse{a, Nearest{}, b}, Ridge{}}, data, three);
  const auto stack = fit(Stack{Average{a, Nearest{}, b}, Ridge{}}, data, three);
  CHECK(all_outputs(chain, data) == all_outputs(stack, data));
  CHECK(all_outputs(fit(Stack{Fuse{a, Nearest{}, b}, Ridge{}}, data, three), data) ==
        all_outputs(stack, data));
  const auto p = out_of_fold(Cascade{Fuse{a, Nearest{}, b}, Ridge{}}, data, three),
             q = out_of_fold(Stack{Average{a, Nearest{}, b}, Ridge{}}, data, three);
  for (std::ptrdiff_t i = 0; i < 60; ++i) CHECK(p.values()(i, 0) == q.values()(i, 0));

  const auto labels = blobs<3, 3>(60, 2);  // a regressor as meta-learner, logits and repeats
  const StackOptions options{.logits = true, .repeats = 2};
  const auto fused = fit(Stack{Fuse{Nearest{}, Logistic{}}, Ridge{}, options}, labels, three);
  CHECK(all_outputs(fused, labels) ==
        all_outputs(fit(Stack{Average{Nearest{}, Logistic{}}, Ridge{}, options}, labels, three), labels));
  CHECK(evaluate(fused, labels).lines.size() == 3);
}

TEST_CASE("a stack with the inputs beside agrees with scikit-learn's passthrough") {
  const auto rows = [](auto& targets, auto y) {
    return table<Row<4>, decltype(y)>(4, {std::begin(reference::stacking_x), std::end(reference::stacking_x)},
                                      {std::begin(targets), std::end(targets)});
  };
  FitOptions options;
  for (const int f : reference::stacking_fold) options.folds.assignment.push_back(f);
  const auto logistic = [](float lambda) { return Logistic{.lambda = lambda, .tolerance = 1e-7f}; };
  const auto numbers = rows(reference::stacking_y, Real{});
  const auto stack =
      fit(Stack{Fuse{Ridge{.lambda = 0.5f}, Ridge{.lambda = 40}, Identity{}}, Ridge{}}, numbers, options);
  const auto labels = rows(reference::stacking_label, Label<3>{});
  const auto classifier =
      fit(Cascade{Fuse{Identity{}, logistic(0.5f), logistic(20)}, logistic(1)}, labels, options);
  for (std::size_t i = 0; i < 42; ++i) {
    const auto row = static_cast<std::ptrdiff_t>(i);
    CHECK(static_cast<double>(stack.predict(numbers.x(row)).value) ==
          doctest::Approx(reference::stacking_passthrough_numbers[i]).epsilon(1e-5));
    for (std::size_t k = 0; k < 3; ++k)
      CHECK(std::abs(static_cast<double>(classifier.probabilities(labels.x(row))[k]) -
                     reference::stacking_passthrough_probabilities[3 * i + k]) < 1e-5);
  }
}

TEST_CASE("transforms side by side are one row of all their numbers") {
  const auto data = line<4>(80, 3);
  const auto model =
      fit(Cascade{Fuse{Standardize{}, Cascade{Standardize{}, PCA<2>{}}, Identity{}}, Ridge{}}, data);
  const auto standard = fit(Standardize{}, data);
  const auto pca = fit(PCA<2>{}, standard.transform(data));
  std::vector<float> z, y;
  for (std::ptrdiff_t i = 0; i < 80; ++i) {
    const auto s = standard.transform(data.x(i));
    const auto p = pca.transform(ViewOf<Row<4>>(s.data(), 4));
    z.insert(z.end(), s.begin(), s.end());
    z.insert(z.end(), p.begin(), p.end());
    for (int j = 0; j < 4; ++j) z.push_back(data.x(i)[j]);
    y.push_back(data.y(i));
  }
  const auto rows = table<Row<10>, Real>(10, z, y);
  const auto plain = fit(Ridge{}, rows);
  for (std::ptrdiff_t i = 0; i < 80; ++i)
    CHECK(model.predict(data.x(i)).value == plain.predict(rows.x(i)).value);
  static_assert(decltype(model)::workspace_bytes(1) > 0);
}

TEST_CASE("out of fold everything has been fitted without the row, transforms as well") {
  const auto data = counted(30);
  const auto remembered = [&](auto spec) {
    const auto p = out_of_fold(spec, data, three);
    float sum = 0;
    for (std::ptrdiff_t i = 0; i < 30; ++i) sum += p.covers(i) ? p.values()(i, 0) : 100.0f;
    return sum;
  };
  CHECK(fit(Cascade{Fuse{Remembers{}, Nearest{}}, Echo{}}, data, three).predict(data.x(3)).value == 1);
  CHECK(remembered(Cascade{Fuse{Remembers{}, Identity{}}, Echo{}}) == 0);
  CHECK(remembered(Cascade{Fuse{Remembers{}, Nearest{}}, Echo{}}) == 0);
  CHECK(remembered(Cascade{Fuse{Cascade{Identity{}, Remembers{}}, Nearest{}}, Echo{}}) == 0);
  CHECK(remembered(Cascade{Fuse{Fuse{Remembers{}, Identity{}}, Nearest{}}, Cascade{Identity{}, Echo{}}}) ==
        0);
  CHECK(remembered(Stack{Fuse{Remembers{}, Nearest{}}, Echo{}}) == 0);
}

TEST_CASE("a transform that has seen the targets says itself what its rows become") {
  const auto data = counted(30);
  const auto model = fit(Cascade{Fuse{Identity{}, Supervised{}, Nearest{}}, Nearest{}}, data, three);
  const auto& rows = model.model().next.rows;
  for (std::size_t i = 0; i < 30; ++i) CHECK(rows[3 * i + 1] == 7);
  CHECK(rows[0] == 0);
}

TEST_CASE("no row teaches its own prediction, at any depth") {
  for (const bool nested : {false, true})
    for (const int group : {1, 3}) {
      spies::Journal journal{.group = group};
      const spies::Spy s{&journal};
      const FitOptions options{.folds = {.k = nested ? 5 : 3}, .nested = nested};
      const auto layered = Cascade{Fuse{Spelled{}, s, s}, Fuse{Spelled{}, s}, s};
      const auto learnt = Stack{Fuse{Learnt{}, s, Cascade{s, s}}, s};
      (void)fit(Stack{Average{layered, learnt, s}, s}, spies::rows(45, group), options);
      (void)fit(Stack{Fuse{layered, Spelled{}, learnt}, s}, spies::rows(45, group), options);
      const auto p = out_of_fold(Cascade{Fuse{learnt, layered}, s}, spies::rows(45, group), options);
      CHECK(journal.leaks == 0);
      CHECK(journal.confused == 0);
      CHECK(journal.predictions > 0);
      for (std::ptrdiff_t i = 0; i < 45; ++i) CHECK((p.covers(i) && p.values()(i, i) == 1));
    }
}

TEST_CASE("an estimator is fitted k + 1 times at any depth, beside whatever transforms") {
  const auto data = blobs<2, 2>(60, 1);
  const auto fits_of = [&](auto make) {
    std::atomic<int> fits = 0;
    (void)fit(make(Nearest{&fits}), data, three);
    return fits.load();
  };
  CHECK(fits_of([](auto m) { return Cascade{Fuse{Identity{}, m}, Logistic{}}; }) == 4);
  CHECK(fits_of([](auto m) {
          return Stack{Average{Cascade{Fuse{Identity{}, m}, Logistic{}}, Says{}}, Logistic{}};
        }) == 4);
  CHECK(fits_of([](auto m) {
          return Stack{Average{Cascade{Fuse{Standardize{}, m}, Logistic{}}, Says{}}, Logistic{}};
        }) == 4);
  CHECK(fits_of([](auto m) {
          return Stack{Fuse{Stack{Fuse{PCA<1>{}, m}, Ridge{}}, Standardize{}}, Logistic{}};
        }) == 4);
  CHECK(fits_of([](auto m) { return Cascade{Fuse{Identity{}, Says{}}, m}; }) == 1);
}

TEST_CASE("columns keep their names and kinds, outputs are called by their member and class") {
  Table table({{{"size"}, {1, 2, 3, 4, 5, 6}},
               {{"town", ColumnKind::categorical, {"Aa", "Bb"}}, {}, {0, 1, 0, 1, 1, 0}}});
  const Dataset<Table, Label<2>> data(table, {0, 1, 0, 1, 0, 1}, {}, Schema{{}, "kind", {"no", "yes"}});
  Buffer<Column> seen;
  (void)fit(Cascade{Fuse{Identity{}, Nearest{}, Cascade{OneHot{}, Standardize{}}, Says{1}}, Looks{&seen}},
            data, {.folds = {.k = 2}});
  std::string names;
  for (const Column& c : seen) names += c.name + (c.kind == ColumnKind::categorical ? "!; " : "; ");
  CHECK(names ==
        "size; town!; Nearest[1]: no; Nearest[1]: yes; size; town=Aa; town=Bb; Says[3]: no; Says[3]: yes; ");
}

TEST_CASE("branches read fields of a record, transforms and members alike") {
  using X = Record<Field<"left", Row<1>>, Field<"right", Row<Dynamic>>>;
  Buffer<float> left, right;
  std::vector<float> y;
  for (int i = 0; i < 12; ++i) {
    left.push_back(static_cast<float>(i));
    right.append({10.0f * static_cast<float>(i), 5});
    y.push_back(static_cast<float>(i % 4));
  }
  const Dataset<X, Real> data(
      std::make_shared<const X::Storage>(std::make_shared<const DenseStorage<float>>(1, std::move(left)),
                                         std::make_shared<const DenseStorage<float>>(2, std::move(right))),
      std::move(y));
  const auto spec = [](int at) {
    return Cascade{
        Fuse{On<"left", Identity>{}, on<"right">(Nearest{}), on<"right">(Cascade{Identity{}, Identity{}})},
        Echo{at}};
  };
  for (std::ptrdiff_t i = 0; i < 12; ++i) {
    CHECK(fit(spec(0), data, three).predict(data.x(i)).value == static_cast<float>(i));
    CHECK(fit(spec(1), data, three).predict(data.x(i)).value == data.y(i).value);
    CHECK(fit(spec(2), data, three).predict(data.x(i)).value == 10 * static_cast<float>(i));
  }
}

TEST_CASE("weights, missing values and errors are those of the branches, by their places") {
  SideColumns side;
  for (int i = 0; i < 20; ++i) side.weight.push_back(1);
  const auto weighted = line<2>(20, 1, side);
  CHECK(thrown_by<FitError>([&] {
          fit(Cascade{Fuse{Identity{}, Nearest{}}, Ridge{}}, weighted, three);
        }) == "Cascade[0]/Fuse[1]/Nearest: the data have weights, which this member cannot honour");
  CHECK(fit(Cascade{Fuse{Identity{}, Ridge{}}, Ridge{}}, weighted, three).width() == 2);
  CHECK(thrown_by<FitError>([&] {
          fit(Cascade{Fuse{Identity{}, Unlucky{}}, Ridge{}}, line<2>(20, 1), three);
        }) == "Cascade[0]/Fuse[1]/Unlucky (fold 0): out of luck");
  CHECK(thrown_by<FitError>([&] {
          fit(Stack{Fuse{Identity{}, Ridge{}}, Unlucky{}}, line<2>(20, 1), three);
        }) == "Stack[1]/Unlucky: out of luck");
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const auto holes = table<Row<1>, Real>(1, {0, nan, 2, 3, 4, 5}, {0, 1, 2, 3, 4, 5});
  CHECK(thrown_by<FitError>([&] {
          fit(Cascade{Fuse{Identity{}, Echo{}}, Ridge{}}, holes, three);
        }).find("is nan") != std::string::npos);
  CHECK(thrown_by<FitError>([&] {
          fit(Stack{Fuse{Identity{}, Ridge{}}, Ridge{}, {.logits = true}}, line<2>(20, 1));
        }).starts_with("Stack: logits: expected"));
}

TEST_CASE("fold models are kept where that is asked for, transforms are of all rows") {
  const auto data = blobs<2, 2>(30, 4);
  FitOptions keep = three;
  keep.keep_folds = true;
  const auto model = fit(Cascade{Fuse{Standardize{}, Nearest{}}, Logistic{}}, data, keep);
  CHECK(std::get<1>(model.model().first.branches).models.models.size() == 3);
  const auto outer =
      fit(Stack{Average{Cascade{Fuse{Standardize{}, Nearest{}}, Logistic{}}, Logistic{}}, Logistic{}}, data,
          keep);
  CHECK(std::get<0>(outer.model().members).models.size() == 3);
  CHECK(std::get<1>(std::get<0>(outer.model().members).models[0].first.branches).models.models.size() == 1);
}

TEST_CASE("labels that are noise stay noise behind a Fuse") {
  Random random(5);
  const auto data = blobs<2, 2>(400, 9);
  Buffer<std::int32_t> y;
  for (int i = 0; i < 400; ++i) y.push_back(static_cast<std::int32_t>(random.below(2)));
  const auto noise = data.with_targets<Label<2>>(std::move(y), 2);
  const auto p =
      out_of_fold(Cascade{Fuse{Standardize{}, Nearest{}, Bag{Nearest{}, {.members = 5}}}, Logistic{}}, noise);
  int right = 0;
  for (std::ptrdiff_t i = 0; i < 400; ++i)
    right += (p.values()(i, 1) > p.values()(i, 0)) == (noise.y(i).index() == 1);
  CHECK(std::abs(right - 200) < 3 * 10);
}

TEST_CASE("the bits are those of one thread, and stay when the model is saved") {
  const auto d = blobs<3, 3>(45, 7);
  std::vector<float> x;
  std::vector<std::int32_t> y;
  for (std::ptrdiff_t i = 0; i < 45; ++i) {
    for (int j = 0; j < 3; ++j) x.push_back(d.x(i)[j]);
    y.push_back(d.y(i).index());
  }
  const auto data = table<Row<Dynamic>, Label<Dynamic>>(3, x, y, {}, 3, Schema{{}, "kind", {"a", "b", "c"}});
  const auto spec =
      Stack{Fuse{Cascade{Fuse{Identity{}, Nearest{}}, Logistic{}}, Cascade{Standardize{}, Identity{}}},
            Average{Ridge{}, Logistic{}},
            {.logits = true, .repeats = 2}};
  const auto one = fit(spec, data, {.threads = 1, .folds = {.k = 3}}),
             seven = fit(spec, data, {.threads = 7, .folds = {.k = 3}});
  const auto file = to_bytes(one);
  CHECK(file == to_bytes(seven));
  using Model = std::remove_const_t<decltype(one)>;
  CHECK(all_outputs(from_bytes<Model>(file), data) == all_outputs(one, data));

  CHECK(crafted_files<Model>(file, 3, {0, 2, 1 << 20, -1}).refused > 100);
}

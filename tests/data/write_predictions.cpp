// SPDX-License-Identifier: Apache-2.0
#include <tutti/data/csv.hpp>
#include <tutti/data/make.hpp>
#include <tutti/data/write_predictions.hpp>
#include <tutti/train/fit.hpp>

#include "files.hpp"

#include <doctest/doctest.h>

using namespace tutti;

namespace {

/// Answers with the numbers of its row: they are what it knows.
template <class Y> struct Echo {
  static constexpr Capabilities capabilities{.flags = true, .probabilities = true};
  struct Model {
    template <class V> void outputs(std::span<const V> x, Rows<float> y, Workspace&) const noexcept {
      for (std::size_t i = 0; i < x.size(); ++i)
        for (std::ptrdiff_t k = 0; k < y.width(); ++k) y(static_cast<std::ptrdiff_t>(i), k) = x[i][k];
    }
    static void visit(auto&, auto&) {}
  };
  template <class X> Model fit(const Dataset<X, Y>&, Context) const { return {}; }
};

template <class Y, class X = Row<2>>
auto fitted(std::vector<typename Y::Element> targets, Schema schema = {}) {
  const Buffer<float> x{0.25f, 0.75f, 1, 0};
  return std::pair(fit(Echo<Y>{}, dataset<X, Y>(x, targets, {}, schema)),
                   dataset<X>(std::span<const float>(x), {.id = {12, 7}}, {{{"a"}, {"b"}}, {}, {}}));
}
std::string written(const auto& model, const auto& data, const PredictionOptions& options = {}) {
  const TemporaryFile file("", "p.csv");
  write_predictions(file.path, model, data, options);
  return read_file(file.path);
}

}  // namespace

TEST_CASE("classes are written by name, with ids and probabilities") {
  const auto [model, data] = fitted<Label<2>>({0, 1}, {{}, {}, {"rose", "tulip, \"red\""}});
  CHECK(written(model, data) ==
        "id,prediction,p(rose),\"p(tulip, \"\"red\"\")\"\n12,\"tulip, \"\"red\"\"\",0.25,0.75\n7,rose,1,0\n");
  CHECK(written(model, data, {.probabilities = false}) ==
        "id,prediction\n12,\"tulip, \"\"red\"\"\"\n7,rose\n");
  CHECK(written(model, data, {.probabilities = false, .delimiter = '\t'}) ==
        "id\tprediction\n12\t\"tulip, \"\"red\"\"\"\n7\trose\n");
}

TEST_CASE("what is written is read again") {
  const auto [model, data] = fitted<Label<2>>({0, 1}, {{}, {}, {"a\nb", " c;"}});
  const TemporaryFile file("", "p.csv");
  write_predictions(file.path, model, data, {.delimiter = ';'});
  const auto again = read_csv<Row<2>, Label<2>>(
      file.path, {.target = "prediction", .columns = {"p(a\nb)", "p( c;)"}, .id = "id"});
  CHECK(again.id(1) == 7);
  CHECK(again.x(0)[1] == 0.75f);
  CHECK(again.y(1).name() == "a\nb");
}

TEST_CASE(
    "numbers are written with the fewest digits that give them again, rows without ids by their number") {
  const Buffer<float> x{0.1f, 1e-30f, 16777217.0f};
  const auto data = dataset<Row<1>, Real>(x, std::vector<float>{0, 0, 0});
  const auto model = fit(Echo<Real>{}, data);
  CHECK(written(model, data) == "id,prediction\n0,0.1\n1,1e-30\n2,16777216\n");
  CHECK(written(model, data.first(0)) == "id,prediction\n");
}

TEST_CASE("several numbers and flags have a column each") {
  const auto [reals, a] = fitted<Reals<2>>({0, 0, 0, 0}, {{}, {}, {"height", "width"}});
  CHECK(written(reals, a) == "id,height,width\n12,0.25,0.75\n7,1,0\n");
  const auto [open, b] = fitted<Reals<2>>({0, 0, 0, 0});
  CHECK(written(open, b) == "id,prediction 0,prediction 1\n12,0.25,0.75\n7,1,0\n");
  const auto [flags, c] = fitted<Flags<2>>({0, 0, 0, 0}, {{}, {}, {"new", "hot"}});
  CHECK(written(flags, c) == "id,new,hot,p(new),p(hot)\n12,0,1,0.25,0.75\n7,1,0,1,0\n");
}

TEST_CASE("rows of another width and files that cannot be written are refused, and the old file stays") {
  const auto both = fitted<Label<2>, Row<Dynamic>>({0, 1});  // clang 14 captures no structured binding
  const auto& model = both.first;
  const auto& data = both.second;
  const TemporaryFile file("as it was", "p.csv");
  const Buffer<float> x{1, 2, 3};
  const auto wide = dataset<Row<Dynamic>>(std::span<const float>(x), {}, {{{"a"}, {"b"}, {"c"}}, {}, {}});
  CHECK(refusal<ShapeError>([&] { write_predictions(file.path, model, wide); }) ==
        "expected a row of 2 numbers, got 3");
  CHECK(read_file(file.path) == "as it was");
  CHECK(refusal<FileError>([&] { write_predictions("no/such/folder/p.csv", model, data); }) ==
        "no/such/folder/p.csv: cannot be written: No such file or directory");
  CHECK(refusal<DataError>([&] { write_predictions(file.path, model, data, {.delimiter = '"'}); }) ==
        "write_predictions: expected a delimiter that is no quote and no line end, got \"\"\"");
}

TEST_CASE("many rows are the same on one thread and on seven") {
  Buffer<float> x;
  for (int i = 0; i < 10'000; ++i) x.push_back(static_cast<float>(i % 997) / 997);
  const auto data = dataset<Row<2>>(std::span<const float>(x));
  const auto model = fitted<Label<2>>({0, 1}).first;
  const std::string one = parallel::with_threads(1, [&] { return written(model, data); });
  CHECK(one == parallel::with_threads(7, [&] { return written(model, data); }));
  CHECK(std::count(one.begin(), one.end(), '\n') == 5001);
}

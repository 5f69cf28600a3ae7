// SPDX-License-Identifier: Apache-2.0
#include <tutti/model/boost_csv_fit.hpp>

#include "../data/files.hpp"
#include "tree_data.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <string>

using namespace tutti;

namespace {

/// Rows of numbers, categories, holes, weights and two targets.
std::string text_of(int rows, std::uint32_t values) {
  Random random(3);
  std::string text = "a,b,kind,w,label,amount\n";
  const char* const kinds[] = {"oak", "ash", "elm", ""};
  for (int i = 0; i < rows; ++i) {
    const std::uint32_t a = random.below(values), b = random.below(values), kind = random.below(4);
    const bool yes = (a > values / 2) != (kind == 1);
    const std::string hole_or_b = random.below(9) == 0 ? std::string("NA") : std::to_string(b);
    text += detail::joined({a, ",", hole_or_b, ",", kinds[kind], ",", 1 + random.below(3), ","});
    text += detail::joined({yes ? "yes" : "no", ",", a + 2 * kind, "\n"});
  }
  return text;
}
const CsvOptions labels{.target = "label", .leave_out = {"amount"}, .weight = "w", .categorical = {"kind"}};
const CsvOptions amounts{.target = "amount", .leave_out = {"label", "w"}, .categorical = {"kind"}};

template <class Model> std::string bytes_of(const Model& model) {
  Writer writer;
  Model::visit(model, writer);
  return std::string(reinterpret_cast<const char*>(writer.bytes().data()), writer.bytes().size());
}
/// Whether the stream gives the model of the file, to the last bit, with any number of threads.
template <class X, class Y> bool same_models(const Boost<Tree>& spec, const std::string& path, const CsvOptions& options) {
  const auto whole = fit(spec, read_csv<X, Y>(path, options), {.seed = 5});
  bool same = true;
  for (const int threads : {1, 7})
    same = same && bytes_of(fit(spec, csv_stream<X, Y>(path, options), {.seed = 5, .threads = threads})) == bytes_of(whole);
  return same;
}
template <class Y = Label<2>> std::string refused(std::string_view text, const CsvOptions& options = {.target = "y"}) {
  const TemporaryFile file(text);
  return refusal_of(file, [&] { fit(Boost{Tree{}}, csv_stream<Row<Dynamic>, Y>(file.path, options)); });
}

}  // namespace

TEST_CASE("a stream gives the bits of the model that the file in memory gives") {
  const TemporaryFile file(text_of(900, 4000));
  const Boost spec{Tree{.leaves = 7}, {.rounds = 12}};
  CHECK(same_models<Row<Dynamic>, Label<2>>(spec, file.path, labels));
  CHECK(same_models<Row<3>, Label<Dynamic>>(spec, file.path, labels));
  CHECK(same_models<Row<3>, Real>(spec, file.path, amounts));
  CHECK(same_models<Table, Label<2>>(spec, file.path, labels));
  CHECK(same_models<Table, Real>(spec, file.path, amounts));
}

TEST_CASE("rows that are left out of a round and a slice to stop by change nothing where bins are exact") {
  const TemporaryFile file(text_of(900, 200));
  CHECK(same_models<Row<3>, Label<2>>(Boost{Tree{.leaves = 7}, {.rounds = 30, .rows = 0.5f, .early_stop = 3}}, file.path, labels));
}

TEST_CASE("so many bins that each number has its own give the same bits, whatever rows a round leaves out") {
  const TemporaryFile file(text_of(900, 4000));
  const BoostTreeOptions options{.rounds = 20, .bins = 1024, .rows = 0.5f, .early_stop = 3};
  CHECK(same_models<Row<3>, Label<2>>(Boost{Tree{.leaves = 7}, options}, file.path, labels));
  CHECK(same_models<Table, Real>(Boost{Tree{.leaves = 7}, options}, file.path, amounts));
  CHECK(same_models<Table, Real>(Boost{Tree{.leaves = 7}, {.rounds = 9, .bins = 300}}, file.path, amounts));
}

TEST_CASE("a file of more rows than the sample for bins gives the same bits as well") {
  Random random(8);
  std::string text = "x,y\n";
  for (int i = 0; i < 260'000; ++i) {
    const std::uint32_t x = random.below(1'000'000);
    text += detail::joined({x, ",", (x / 1000) % 2 + random.below(2), "\n"});
  }
  const TemporaryFile file(text);
  CHECK(same_models<Row<1>, Real>(Boost{Tree{.leaves = 15}, {.rounds = 2}}, file.path, {.target = "y"}));
}

TEST_CASE("dates, texts and a schema are read as they are into memory") {
  std::string text = "day,note,x,y\n";
  for (int i = 0; i < 300; ++i)
    text += detail::joined({"2024-0", 1 + i % 9, "-11,a note that is number ", i * 7919, ",", i % 13, ",", i % 9 > 4 ? "b" : "a", "\n"});
  const TemporaryFile file(text);
  CHECK(same_models<Table, Label<2>>(Boost{Tree{.leaves = 4}, {.rounds = 3}}, file.path, {.target = "y"}));

  const Schema schema = read_csv<Table, Label<2>>(file.path, {.target = "y"}).schema();
  const auto model = fit(Boost{Tree{.leaves = 4}}, csv_stream<Table, Label<2>>(file.path, schema));
  CHECK(model.schema() == schema);
  CHECK(bytes_of(model) == bytes_of(fit(Boost{Tree{.leaves = 4}}, read_csv<Table, Label<2>>(file.path, schema))));
}

TEST_CASE("what is dropped, seen and missing is reported as read_csv does") {
  const TemporaryFile file(text_of(500, 50));
  CsvReport streamed, read;
  CsvOptions options = labels;
  options.drop_missing = true;
  options.report = &streamed;
  const auto model = fit(Boost{Tree{}, {.rounds = 2}}, csv_stream<Row<3>, Label<2>>(file.path, options));
  options.report = &read;
  CHECK(bytes_of(model) == bytes_of(fit(Boost{Tree{}, {.rounds = 2}}, read_csv<Row<3>, Label<2>>(file.path, options))));
  CHECK(streamed.rows == read.rows);
  CHECK(streamed.dropped == read.dropped);
  CHECK(read.dropped > 0);
}

TEST_CASE("a mistake in the file is named with its line") {
  CHECK(refused("a,y\n1,0\n2,1\nthree,0\n").starts_with(R"(:4:1: expected a number in the column "a", got "three")"));
  CHECK(refused("a,y\n1,0\n2,1,7\n") == ":3:1: expected 2 cells as in the first line, got 3");
  CHECK(refused("a,y\n1,0\n2,1\n3,2\n").starts_with(":4:3: expected 2 classes for Label<2>, got one more"));
  CHECK(refused("a,y\n") == ": there are no rows below the header");
  CHECK(refused("a,b\n1,2\n").starts_with(R"(: no target column "y")"));
  CHECK(refusal<DataError>([] { fit(Boost{Tree{}}, csv_stream<Row<1>, Real>("not there.csv", {.target = "y"})); })
            .starts_with("not there.csv: cannot be opened"));
  CHECK(refusal<ShapeError>([] {
          const TemporaryFile file("a,b,y\n1,2,3\n");
          fit(Boost{Tree{}}, csv_stream<Row<1>, Real>(file.path, {.target = "y"}));
        }).find("expected 1 input columns for Row<1>, got 2") != std::string::npos);
}

TEST_CASE("a pipe is refused, for it cannot be read again") {
  const std::string refusal_text = refusal<DataError>([] { fit(Boost{Tree{}}, csv_stream<Row<1>, Real>("/dev/null", {.target = "y"})); });
  CHECK(refusal_text == "/dev/null: expected a file, since a stream is read twice (read_csv reads a pipe)");
}

TEST_CASE("what is wrong with the fit is said with its place") {
  const TemporaryFile file(text_of(40, 9));
  const std::string said =
      refusal<FitError>([&] { fit(Boost{Tree{}, {.rounds = 0}}, csv_stream<Row<3>, Label<2>>(file.path, labels)); });
  CHECK(said == refusal<FitError>([&] { fit(Boost{Tree{}, {.rounds = 0}}, read_csv<Row<3>, Label<2>>(file.path, labels)); }));
  CHECK(said.starts_with("Boost"));
  for (const int bins : {-5, 1, 70'000}) {
    const Boost spec{Tree{}, {.bins = bins}};
    CHECK(refusal<FitError>([&] { fit(spec, csv_stream<Row<3>, Label<2>>(file.path, labels)); }) ==
          refusal<FitError>([&] { fit(spec, read_csv<Row<3>, Label<2>>(file.path, labels)); }));
  }
}

TEST_CASE("a row of bins reads as its numbers where each bin has one") {
  const auto data = tree_data::numbers<3>(400, 2, 0.1, 50);
  const detail::CodedStorage coded(bin_rows(data));
  int wrong = 0;
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i)
    for (int j = 0; j < 3; ++j) {
      const float got = coded.view<detail::CodedView>(i)[j], x = data.x(i)[j];
      wrong += !(got == x || (got != got && x != x));
    }
  CHECK(wrong == 0);
}

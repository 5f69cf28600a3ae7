// SPDX-License-Identifier: Apache-2.0
#include <tutti/data/series.hpp>

#include "files.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdlib>
#include <random>

using namespace tutti;

namespace {

constexpr std::string_view two_dimensions =
    "# comment\n@problemName Moves\n@timeStamps false\n@missing true\n@univariate false\n@dimensions "
    "2\n@equalLength false\n"
    "@classLabel true walk run\n\n@data\n1,2,3:10,20,30:run\n4,?:40,NaN:walk\n";
using Moves = Sequence<float, Dynamic, 2>;

std::string head(std::string_view more) {
  return tutti::detail::joined({"@classLabel true a b\n", more, "\n@data\n"});
}
template <class X = Sequence<float, Dynamic, Dynamic>, class Y = Label<2>, class E = DataError>
std::string refused(std::string_view text, const SeriesOptions& options = {}) {
  const TemporaryFile file(text, "a.ts");
  return refusal_of<E>(file, [&] { read_ts<X, Y>(file.path, options); });
}

}  // namespace

TEST_CASE("series become sequences, step after step, and short ones end in NaN") {
  const TemporaryFile file(two_dimensions, "a.ts");
  const auto data = read_ts<Moves, Label<2>>(file.path);
  REQUIRE(data.rows() == 2);
  CHECK(data.width() == 6);
  const float first[] = {1, 10, 2, 20, 3, 30};
  for (int j = 0; j < 6; ++j) CHECK(data.x(0)[j] == first[j]);
  CHECK(data.x(1)[0] == 4);
  CHECK(data.x(1)[1] == 40);
  for (int j = 2; j < 6; ++j) CHECK(std::isnan(data.x(1)[j]));
  CHECK(data.schema().classes == ClassNames{"walk", "run"});
  CHECK(data.y(0).name() == "run");
  CHECK(data.y(1).index() == 0);
}

TEST_CASE("the length is that of the type, of the options, or of the longest series") {
  const TemporaryFile file(two_dimensions, "a.ts");
  CHECK(read_ts<Sequence<float, 5, 2>, Label<2>>(file.path).x(0)[5] == 30);
  CHECK(std::isnan(read_ts<Sequence<double, 5, 2>, Label<2>>(file.path).x(0)[6]));
  CHECK(read_ts<Moves>(file.path, {.length = 4}).width() == 8);
  CHECK(read_ts<Sequence<float, 2, 2>>(file.path, {.cut = true}).x(0)[3] == 20);
  CHECK(refused<Sequence<float, 2, 2>>(two_dimensions) ==
        ":11: expected a series of 2 steps, got 3 (.cut leaves out its end)");
  CHECK(refused<Moves>(two_dimensions, {.pad = false}) ==
        ":12: expected a series of 3 steps, got 2 (.pad fills it with NaN)");
}

TEST_CASE("targets may be numbers or nothing, classes may be left to the data") {
  const TemporaryFile numbers("@targetlabel true\n@data\n1,2:0.5\n3,4:-7\n"),
      none("@classlabel false\n@data\n1,2\n3,4\n"), open("@ClassLabel TRUE\n@DATA\n1:2\n5:0\n5:1\n");
  CHECK(float(read_ts<Sequence<float, 2, 1>, Real>(numbers.path).y(1)) == -7);
  CHECK(read_ts<Sequence<float, 2, 1>>(numbers.path).x(1)[1] == 4);
  CHECK(read_ts<Sequence<float, 2, 1>>(none.path).rows() == 2);
  const auto data = read_ts<Sequence<float, 1, 1>, Label<3>>(open.path);
  CHECK(data.y(0).index() == 2);
  CHECK(data.schema().classes == ClassNames{"0", "1", "2"});
  CHECK(refused<Sequence<float, 2, 1>, Real>("@classLabel true a\n@data\n1,2:a\n") ==
        ": expected numbers as targets, @targetLabel true, got none");
  CHECK(refused<Sequence<float, 2, 1>>("@classLabel false\n@data\n1,2\n") ==
        ": expected classes, @classLabel true, got none");
}

TEST_CASE("another file is read with the classes of the first") {
  const TemporaryFile train("@classLabel true a b\n@data\n1:a\n2:b\n"),
      test("@classLabel true b\n@data\n1:b\n"), more("@classLabel true c\n@data\n1:c\n");
  const auto first = read_ts<Sequence<float, 1, 1>, Label<2>>(train.path);
  CHECK(read_ts<Sequence<float, 1, 1>, Label<2>>(test.path, first.schema()).y(0).index() == 1);
  CHECK(refusal_of(more, [&] { read_ts<Sequence<float, 1, 1>, Label<2>>(more.path, first.schema()); }) ==
        ":3:3: expected one of the classes \"a\", \"b\", got \"c\"");
}

TEST_CASE("what is wrong in a file is named by line, column and value") {
  CHECK(refused("") == ": the file is empty");
  CHECK(refused("@problemName x\n") == ": expected a line @data before the series, got none");
  CHECK(refused("1,2:a\n") ==
        ":1:1: expected a line that begins with @ (@data before the series), got \"1,2:a\"");
  CHECK(refused(head("")) == ": there are no series below @data");
  CHECK(refused(head("@timeStamps true")) == ":2:13: series with time stamps are not read");
  CHECK(refused(head("@univariate maybe")) == ":2:13: expected true or false, got \"maybe\"");
  CHECK(refused(head("@dimensions -1")) == ":2:13: expected a whole number from 1 on, got \"-1\"");
  CHECK(refused(head("@dimensions")) == ":2:12: expected a whole number from 1 on, got \"\"");
  CHECK(refused(head("") + "1,2\n") == ":4:1: expected 1 dimensions and the target, apart by ':', got 0");
  CHECK(refused(head("@dimensions 2") + "1,2:a\n") ==
        ":4:1: expected 2 dimensions and the target, apart by ':', got 1");
  CHECK(refused(head("") + "1,2:3:a\n") ==
        ":4:5: expected 2 values in dimension 1, as in dimension 0, got 1");
  CHECK(refused(head("") + "1,2:a\n1,x:a\n") ==
        ":5:3: expected a finite number, or ? for a missing one, got \"x\"");
  CHECK(refused(head("") + "1,,2:a\n") == ":4:3: expected a finite number, or ? for a missing one, got \"\"");
  CHECK(refused(head("") + "1,inf:a\n") ==
        ":4:3: expected a finite number, or ? for a missing one, got \"inf\"");
  CHECK(refused(head("") + ":a\n") == ":4:1: expected at least one value, got none");
  CHECK(refused(head("") + "1,2:c\n") == ":4:5: expected one of the classes \"a\", \"b\", got \"c\"");
  CHECK(refused(head("@equalLength true\n@seriesLength 3") + "1,2:a\n") ==
        ":5:1: expected 3 steps as @seriesLength says, got 2");
  CHECK(refused("@classLabel true\n@data\n1:\n") == ":3:3: expected a class, got none");
  CHECK(refused<Sequence<float, 2, 1>, Real>("@targetLabel true\n@data\n1,2:inf\n") ==
        ":3:5: expected a finite number as target, got \"inf\"");
  using Three = Sequence<float, Dynamic, 3>;
  CHECK(refused<Three, Label<2>, ShapeError>(head("@dimensions 2")) ==
        ":2: expected series of 3 dimensions, got 2");
  CHECK(refused<Three, Label<2>, ShapeError>(head("@univariate true")) ==
        ":2: expected series of 3 dimensions, got 1");
  CHECK(refused<Moves, Label<1>, ShapeError>(two_dimensions) == ": expected at most 1 classes, got 2");
  CHECK(refused<Sequence<float, 1, 1>, Label<1>, ShapeError>("@classLabel true\n@data\n1:a\n1:b\n") ==
        ": expected at most 1 classes, got 2");
}

TEST_CASE("damaged files are read or refused by name") {
  std::mt19937 random(9);
  int refusals = 0;
  for (int trial = 0; trial < 2000; ++trial) {
    std::string bytes(two_dimensions);
    for (int k = 0; k < 2; ++k) bytes[random() % bytes.size()] ^= static_cast<char>(1 << random() % 7);
    if (trial % 3 == 0) bytes.resize(random() % bytes.size());
    const TemporaryFile file(bytes, "a.ts");
    std::string message;
    try {
      read_ts<Moves, Label<2>>(file.path);
    } catch (const Error& error) { message = error.what(); }
    CHECK((message.empty() || message.starts_with(file.path + ":")));
    refusals += !message.empty();
  }
  CHECK(refusals > 500);
}

TEST_CASE("the archive's own files are read" *
          doctest::skip(std::getenv("TUTTI_DATA") == nullptr || !has_zlib)) {
  const std::string all = std::getenv("TUTTI_DATA") == nullptr ? "" : std::getenv("TUTTI_DATA");
  const auto motions = read_ts<Sequence<float, 100, 6>, Label<4>>(all + "/ts-basicmotions/train.ts.gz");
  CHECK(motions.rows() == 40);
  CHECK(motions.x(0)[0] == 0.079106f);
  CHECK(motions.y(0).name() == "Standing");
  const auto vowels =
      read_ts<Sequence<float, Dynamic, 12>, Label<9>>(all + "/ts-japanesevowels/train.ts.gz", {.length = 29});
  const auto test = read_ts<Sequence<float, 29, 12>, Label<9>>(all + "/ts-japanesevowels/test.ts.gz");
  CHECK(vowels.rows() == 270);
  CHECK(test.rows() == 370);
  CHECK(vowels.width() == test.width());
  CHECK(vowels.y(0).name() == "1");
  CHECK(vowels.x(0)[0] == 1.860936f);
  CHECK(vowels.x(0)[1] == -0.207383f);
}

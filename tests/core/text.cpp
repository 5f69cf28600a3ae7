// SPDX-License-Identifier: Apache-2.0
#include <tutti/core/dataset.hpp>
#include <tutti/core/text.hpp>

#include <doctest/doctest.h>

using namespace tutti;

static_assert(Input<Text> && is_text<Text> && !is_text<Row<2>>);

TEST_CASE("texts lie one behind the other") {
  Texts texts;
  texts.append("one");
  texts.append("");
  texts.append("three");
  CHECK(texts.size() == 3);
  CHECK(texts[0] == "one");
  CHECK(texts[1].empty());
  CHECK(texts[2] == "three");
  Texts more(std::vector<std::string>{"x", "yy"});
  more.append(texts);
  CHECK(more.size() == 5);
  CHECK(more[1] == "yy");
  CHECK(more[4] == "three");
  more.shorten(1);
  CHECK(more.size() == 1);
  CHECK(more.bytes() == 1);
  more.shorten(0);
  CHECK(more.bytes() == 0);
}

TEST_CASE("a text holds no numbers") {
  const Dataset<Text, Real> data(Texts(std::vector<std::string>{"good", "bad"}), {1, 0});
  CHECK(data.rows() == 2);
  CHECK(data.width() == 0);
  CHECK(data.x(1).text() == "bad");
  CHECK(data.x(1).size() == 0);
  const RowIndex second[] = {1};
  CHECK(data.subset(second).x(0).text() == "bad");
}

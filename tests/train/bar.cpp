// SPDX-License-Identifier: Apache-2.0
#include <tutti/combine.hpp>
#include <tutti/model/ridge_fit.hpp>
#include <tutti/train/bar.hpp>

#include <doctest/doctest.h>

#include <sstream>

using namespace tutti;

TEST_CASE("a progress bar ends full, on a line of its own, and knows the number of fits") {
  std::ostringstream out;
  Buffer<float> x;
  std::vector<float> y;
  for (int i = 0; i < 20; ++i) {
    x.push_back(static_cast<float>(i));
    y.push_back(static_cast<float>(2 * i));
  }
  const Dataset<Row<1>, Real> data(DenseStorage<float>(1, std::move(x)), std::move(y));
  fit(Stack{Average{Ridge{}, Ridge{.lambda = 2}}, Ridge{}}, data, {.threads = 1, .progress = bar(out), .folds = {.k = 4}});
  const std::string text = out.str();
  CHECK(text.ends_with("\n"));
  const std::size_t last = text.rfind('\r');
  REQUIRE(last != text.npos);
  CHECK(text.substr(last).find("[####################] 11/11 fits") != text.npos);  // 2 (4 + 1) members, 1 head
  CHECK(text.substr(last).find("Stack[1]/Ridge") != text.npos);
}

TEST_CASE("no progress is asked for where nobody watches") {
  const Progress nobody;
  CHECK_FALSE(nobody);
  nobody.expect(3);
  nobody.finish(1, "here");
  nobody.report("here", "there");
}

// SPDX-License-Identifier: Apache-2.0
#include <tutti/explain/tree_text.hpp>

#include "small_trees.hpp"

#include <doctest/doctest.h>

using namespace tutti;

TEST_CASE("a tree of classes is written with the names of its columns, categories and classes") {
  CHECK(tree_text(small_trees::classes()) ==
        "size <= 2.5\n"
        "|- yes: small 1\n"
        "|- no or missing: colour in {red, blue}\n"
        "|  |- yes or missing: large 0.75\n"
        "|  |- no: small 0.6667\n");
  CHECK(tree_text(small_trees::classes(), 1) == "large 0.9\n");
  CHECK(tree_text(small_trees::classes(), 0, {.max_depth = 1, .digits = 2}) ==
        "size <= 2.5\n"
        "|- yes: small 1\n"
        "|- no or missing: colour in {red, blue} ... (2 leaves)\n");
}

TEST_CASE("without a schema columns and classes are numbered, many categories are counted, and scores have a sign") {
  CHECK(tree_text(small_trees::margins()) ==
        "column 0 in {1, 2, 3, 4, 5 and 3 more}\n"
        "|- yes: +0.25\n"
        "|- no or missing: -0.5\n");
}

TEST_CASE("a tree that is not there, and digits that no number has, are refused") {
  CHECK_THROWS_WITH_AS(tree_text(small_trees::classes(), 2), "expected a tree below 2, got 2", DataError);
  CHECK_THROWS_AS(tree_text(small_trees::classes(), -1), DataError);
  CHECK_THROWS_AS(tree_text(small_trees::classes(), 0, {.digits = 0}), DataError);
  CHECK_THROWS_AS(tree_text(small_trees::classes(), 0, {.max_depth = -1}), DataError);
}

// SPDX-License-Identifier: Apache-2.0
#include <tutti/explain/tree_svg.hpp>

#include "small_trees.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace tutti;

namespace {

int count(const std::string& text, const std::string& what) {
  int n = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++n;
  return n;
}

/// Whether every element that is opened is closed in its order, and no text holds a bare < or &.
bool well_formed(const std::string& svg) {
  std::vector<std::string> open;
  for (std::size_t i = 0; i < svg.size(); ++i) {
    if (svg[i] == '&' && svg.compare(i, 4, "&lt;") != 0 && svg.compare(i, 4, "&gt;") != 0 && svg.compare(i, 5, "&amp;") != 0 &&
        svg.compare(i, 6, "&quot;") != 0)
      return false;
    if (svg[i] != '<') continue;
    const std::size_t end = svg.find('>', i);
    if (end == std::string::npos) return false;
    const std::string tag = svg.substr(i + 1, end - i - 1);
    if (tag.find('<') != std::string::npos) return false;
    if (tag[0] == '/') {
      if (open.empty() || open.back() != tag.substr(1)) return false;
      open.pop_back();
    } else if (tag.back() != '/') {
      open.push_back(tag.substr(0, tag.find(' ')));
    }
    i = end;
  }
  return open.empty();
}

}  // namespace

TEST_CASE("a drawing has a box for each node, a line and an answer for each edge, and is well-formed") {
  const std::string svg = tree_svg(small_trees::classes());
  CHECK(well_formed(svg));
  CHECK(count(svg, "<rect x=") == 5);
  CHECK(count(svg, "<path ") == 4);
  CHECK(count(svg, ">size &lt;= 2.5<") == 1);
  CHECK(count(svg, ">colour in {red, blue}<") == 1);
  CHECK(count(svg, ">no or missing<") == 1);
  CHECK(count(svg, ">yes or missing<") == 1);
  CHECK(count(svg, ">tree 0 of 2<") == 1);
  const std::string top = tree_svg(small_trees::classes(), 0, {.max_depth = 1});
  CHECK(count(top, "<rect x=") == 3);
  CHECK(count(top, ">2 leaves<") == 1);
  CHECK(count(tree_svg(small_trees::margins()), ">+0.25<") == 1);
}

TEST_CASE("names that XML would take for its own are escaped, and long ones are cut between letters") {
  Tree::Model<Row<1>, Real> model{{TreeTable(1, 1)}};
  const std::int32_t left = model.trees.split(model.trees.add_root(), 0, 1, true);
  small_trees::leaf(model.trees, left, std::array{1.0f});
  small_trees::leaf(model.trees, left + 1, std::array{-3.0f});
  std::string name = "<a & \"b\">\n";
  for (int i = 0; i < 40; ++i) name += "\u00e9";
  const Fitted<Tree, Row<1>, Real> fitted(model, std::make_shared<const Schema>(Schema{{{name}}, "y", {}}), 1, 1);
  const std::string svg = tree_svg(fitted);
  CHECK(well_formed(svg));
  CHECK(count(svg, "&lt;a &amp; &quot;b&quot;&gt; ") == 1);
  CHECK(count(svg, "\u00e9\u2026<") == 1);
}

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/explain/importance.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <span>
#include <string>
#include <utility>

namespace tutti {

/// Which part of a tree is shown, and how.
struct TreeShown {
  int max_depth = 0;  // splits on a path, at most; 0: all
  int digits = 4;     // of numbers
};

namespace detail {

/// One tree of a model in words: what its splits ask and what its leaves say.
class TreeWords {
 public:
  template <FittedTrees M>
  TreeWords(const M& fitted, std::ptrdiff_t tree, const TreeShown& shown) : trees_(fitted.model().trees), shown_(shown), tree_(tree) {
    check(tree >= 0 && tree < trees_.trees(), {"expected a tree below ", trees_.trees()}, tree);
    check(shown.max_depth >= 0, "expected a max_depth of 0 or more", shown.max_depth);
    check(shown.digits >= 1 && shown.digits <= 17, "expected 1 to 17 digits", shown.digits);
    begin(fitted.schema(), M::TargetType::is_label ? fitted.outputs() : 0);
    if constexpr (requires { fitted.model().base; }) {
      scores_ = static_cast<std::ptrdiff_t>(fitted.model().base.size());
      margins_ = true;
    }
  }

  std::int32_t root() const noexcept { return trees_.root(tree_); }
  TreeTable::Node node(std::int32_t i) const noexcept { return trees_.node(i); }
  /// Whether a node is shown as a split with its children.
  bool opens(std::int32_t i, int depth) const noexcept {
    return node(i).column >= 0 && (shown_.max_depth == 0 || depth < shown_.max_depth);
  }
  int leaves(std::int32_t i) const {
    const TreeTable::Node at = node(i);
    return at.column < 0 ? 1 : leaves(at.left) + leaves(at.right);
  }
  bool labels() const noexcept { return !classes_.empty() && !margins_; }

  /// "tree 3 of 100", and for boosting of several classes whose score it changes.
  std::string title() const {
    std::string text = joined({"tree ", tree_, " of ", trees_.trees()});
    if (scores_ > 1) text += joined({", adds to the score of ", classes_[static_cast<std::size_t>(tree_ % scores_)]});
    return text;
  }
  std::string number(float value) const {
    char text[40];
    std::snprintf(text, sizeof text, "%.*g", shown_.digits, static_cast<double>(value));
    return text;
  }
  std::string question(const TreeTable::Node& at) const {
    const std::string& name = names_[static_cast<std::size_t>(at.column)];
    return at.set == nullptr ? name + " <= " + number(at.threshold) : name + " in {" + categories(at) + "}";
  }
  static std::string_view answer(const TreeTable::Node& at, bool yes) noexcept {
    if (yes) return at.missing_left ? "yes or missing" : "yes";
    return at.missing_left ? "no" : "no or missing";
  }
  /// The class with the most of a leaf and its share; a number; what is added to a score.
  std::string leaf(const TreeTable::Node& at) const {
    if (!labels()) return (margins_ && !(at.values[0] < 0) ? "+" : "") + number(at.values[0]);
    const std::size_t best = best_class(at);
    return classes_[best] + " " + number(at.values[best]);
  }
  std::size_t best_class(const TreeTable::Node& at) const noexcept {
    return static_cast<std::size_t>(std::max_element(at.values.begin(), at.values.end()) - at.values.begin());
  }

 private:
  [[gnu::cold]] void begin(const Schema& schema, int classes) {
    names_ = names_of_columns(schema, trees_.columns());
    columns_ = schema.columns;
    for (int k = 0; k < classes; ++k)
      classes_.push_back(std::ssize(schema.classes) == classes ? schema.classes[static_cast<std::size_t>(k)] : joined({"class ", k}));
  }
  std::string categories(const TreeTable::Node& at) const {
    constexpr int most = 5;
    const auto column = static_cast<std::size_t>(at.column);
    std::string text;
    int named = 0, more = 0;
    for (std::uint32_t c = 0; c < at.set[0]; ++c) {
      if (!at.goes_left(static_cast<float>(c))) continue;
      if (named == most) {
        ++more;
        continue;
      }
      const bool known = column < columns_.size() && c < columns_[column].categories.size();
      text += (named++ > 0 ? ", " : "") + (known ? columns_[column].categories[c] : std::to_string(c));
    }
    return more > 0 ? text + joined({" and ", more, " more"}) : text;
  }

  const TreeTable& trees_;
  TreeShown shown_;
  std::ptrdiff_t tree_, scores_ = 1;
  bool margins_ = false;
  Buffer<std::string> names_, classes_;
  Buffer<Column> columns_;
};

}  // namespace detail
}  // namespace tutti

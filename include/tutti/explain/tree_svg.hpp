// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/explain/tree_words.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdarg>
#include <cstdio>
#include <limits>
#include <string>
#include <string_view>

namespace tutti {

namespace detail {

/// Draws from the leaves up: leaves side by side, a split above the middle of its children.
class TreeDrawing {
 public:
  explicit TreeDrawing(const TreeWords& words) : words_(words) {
    measure(words_.root(), 0);
    place(words_.root(), 0);
    const double right = 2 * margin_ + next_ - gap_, bottom = top_ + (levels_ - 1) * row_ + box_height_ + margin_;
    svg_ = shape("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" height=\"%.0f\" ", right, bottom) +
           shape("viewBox=\"0 0 %.0f %.0f\" ", right, bottom) + "font-family=\"sans-serif\" font-size=\"12\" text-anchor=\"middle\">\n" +
           shape("<rect width=\"%.0f\" height=\"%.0f\" fill=\"#ffffff\"/>\n", right, bottom) +
           shape("<text x=\"%.1f\" y=\"20\" font-weight=\"bold\" text-anchor=\"start\">", margin_) + escaped(words_.title()) +
           "</text>\n" + edges_ + answers_ + boxes_ + "</svg>\n";
  }
  const std::string& svg() const noexcept { return svg_; }

 private:
  static constexpr double margin_ = 16, gap_ = 14, row_ = 74, box_height_ = 26, top_ = 34;

  [[gnu::format(printf, 1, 2)]] static std::string shape(const char* format, ...) {
    char text[400];
    std::va_list values;
    va_start(values, format);
    std::vsnprintf(text, sizeof text, format, values);
    va_end(values);
    return text;
  }
  static constexpr std::size_t most_letters = 40;
  static bool begins_letter(char c) noexcept { return (c & 0xC0) != 0x80; }  // of UTF-8
  /// Ready for XML, and not too long.
  static std::string escaped(std::string_view text) {
    std::string out;
    std::size_t letters = 0;
    for (const char c : text) {
      letters += begins_letter(c);
      if (letters > most_letters) return out + "\u2026";
      if (c == '<') out += "&lt;";
      else if (c == '>') out += "&gt;";
      else if (c == '&') out += "&amp;";
      else if (c == '"') out += "&quot;";
      else out += static_cast<unsigned char>(c) < 32 ? ' ' : c;
    }
    return out;
  }
  std::string label(std::int32_t i, int depth) const {
    const TreeTable::Node at = words_.node(i);
    if (at.column < 0) return words_.leaf(at);
    return words_.opens(i, depth) ? words_.question(at) : joined({words_.leaves(i), " leaves"});
  }
  /// The width of all boxes, the number of levels, and the least and greatest number of a leaf.
  void measure(std::int32_t i, int depth) {
    const TreeTable::Node at = words_.node(i);
    std::size_t letters = 0;
    for (const char c : label(i, depth)) letters += begins_letter(c);
    box_ = std::max(box_, 16 + 6.8 * static_cast<double>(std::min(letters, most_letters + 1)));
    levels_ = std::max(levels_, depth + 1);
    if (at.column < 0) {
      least_ = std::min(least_, at.values[0]);
      most_ = std::max(most_, at.values[0]);
    }
    if (!words_.opens(i, depth)) return;
    measure(at.left, depth + 1);
    measure(at.right, depth + 1);
  }
  /// Draws a node and all below it; returns where its middle is.
  double place(std::int32_t i, int depth) {
    const TreeTable::Node at = words_.node(i);
    double middle;
    if (!words_.opens(i, depth)) {
      middle = margin_ + next_ + box_ / 2;
      next_ += box_ + gap_;
    } else {
      const double left = place(at.left, depth + 1), right = place(at.right, depth + 1);
      middle = (left + right) / 2;
      edge(middle, left, depth, TreeWords::answer(at, true));
      edge(middle, right, depth, TreeWords::answer(at, false));
    }
    box(i, depth, middle);
    return middle;
  }
  void edge(double from, double to, int depth, std::string_view answer) {
    const double above = top_ + depth * row_ + box_height_, below = top_ + (depth + 1) * row_, half = (above + below) / 2;
    edges_ += shape("<path d=\"M%.1f %.1fC%.1f %.1f %.1f %.1f %.1f %.1f\" ", from, above, from, half, to, half, to, below) +
              "fill=\"none\" stroke=\"#8a8f98\"/>\n";
    answers_ += shape("<text x=\"%.1f\" y=\"%.1f\" font-size=\"10\" fill=\"#555b66\" ", to, below - 6) +
                "stroke=\"#ffffff\" stroke-width=\"3\" paint-order=\"stroke\">" + std::string(answer) + "</text>\n";
  }
  void box(std::int32_t i, int depth, double middle) {
    const double y = top_ + depth * row_;
    const bool split = words_.node(i).column >= 0;
    boxes_ += shape("<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.0f\" ", middle - box_ / 2, y, box_, box_height_) +
              shape("rx=\"%d\" stroke=\"#8a8f98\" ", split ? 3 : 12) + fill(words_.node(i)) +
              shape("/>\n<text x=\"%.1f\" y=\"%.1f\">", middle, y + 17) + escaped(label(i, depth)) + "</text>\n";
  }
  /// A leaf has the colour of its class, the stronger the surer, or of its number, from orange (least) to blue.
  std::string fill(const TreeTable::Node& at) const {
    static constexpr const char* classes[] = {"#4e79a7", "#f28e2b", "#59a14f", "#e15759", "#76b7b2", "#edc948", "#b07aa1", "#9c755f"};
    if (at.column >= 0) return "fill=\"#f4f5f7\"";
    if (words_.labels()) {
      const std::size_t best = words_.best_class(at);
      return shape("fill=\"%s\" fill-opacity=\"%.2f\"", classes[best % 8], 0.15 + 0.5 * static_cast<double>(at.values[best]));
    }
    const double place = most_ > least_ ? static_cast<double>((at.values[0] - least_) / (most_ - least_)) : 0.5;
    const double strength = 0.08 + 1.1 * (place < 0.5 ? 0.5 - place : place - 0.5);
    return shape("fill=\"%s\" fill-opacity=\"%.2f\"", place < 0.5 ? classes[1] : classes[0], strength);
  }

  const TreeWords& words_;
  double box_ = 60, next_ = 0;
  int levels_ = 1;
  float least_ = std::numeric_limits<float>::infinity(), most_ = -std::numeric_limits<float>::infinity();
  std::string edges_, answers_, boxes_, svg_;
};

}  // namespace detail

/// One tree of a Tree, Forest or Boost<Tree> as a drawing in SVG, to be written to a file: splits with what they ask, leaves in
/// the colour of their class or number. Trees of up to some fifty leaves can be read; `max_depth` shows the top of larger ones.
/// Errors   DataError for a tree that is not there.
template <FittedTrees M> std::string tree_svg(const M& fitted, std::ptrdiff_t tree = 0, const TreeShown& shown = {}) {
  const detail::TreeWords words(fitted, tree, shown);
  return detail::TreeDrawing(words).svg();
}

}  // namespace tutti

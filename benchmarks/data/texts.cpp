// SPDX-License-Identifier: Apache-2.0
// Text of other formats than CSV: ARFF, which rival_scipy.py reads as well, time series of sktime, lines.
#include <tutti/data/arff.hpp>
#include <tutti/data/lines.hpp>
#include <tutti/data/series.hpp>

#include "files.hpp"

#include <cmath>

namespace {

using namespace tutti;

std::string arff(std::size_t bytes) {
  constexpr const char* colours[] = {"red", "green", "blue"};
  std::string text = "@relation things\n";
  for (int c = 0; c < 10; ++c) text += "@attribute x" + std::to_string(c) + " numeric\n";
  text += "@attribute colour {red, green, blue}\n@attribute y {no, yes}\n@data\n";
  Random random(5);
  char cell[40];
  while (text.size() < bytes) {
    for (int c = 0; c < 10; ++c) {
      std::snprintf(cell, sizeof cell, "%.6g,", 20 * std::log(static_cast<double>(random.uniform()) + 1e-9));
      text += cell;
    }
    text += std::string(colours[random.below(3)]) + (random.below(2) == 0 ? ",no\n" : ",yes\n");
  }
  return text;
}

/// Six measurements over 100 steps, two classes.
std::string series(std::size_t bytes) {
  std::string text = "@problemName motions\n@timeStamps false\n@missing false\n@univariate false\n@dimensions 6\n@equalLength true\n"
                     "@seriesLength 100\n@classLabel true walk run\n@data\n";
  Random random(6);
  char cell[40];
  while (text.size() < bytes) {
    for (int d = 0; d < 6; ++d) {
      for (int t = 0; t < 100; ++t) {
        std::snprintf(cell, sizeof cell, t == 0 ? "%.6f" : ",%.6f", 4 * static_cast<double>(random.uniform()) - 2);
        text += cell;
      }
      text += ':';
    }
    text += random.below(2) == 0 ? "walk\n" : "run\n";
  }
  return text;
}

std::string lines(std::size_t bytes) {
  std::string text;
  Random random(7);
  while (text.size() < bytes) {
    for (std::uint32_t n = random.below(12) + 4; n > 0; --n) text += "word" + std::to_string(random.below(1000)) + ' ';
    text += '\n';
  }
  return text;
}

template <class Read> void add(const std::string& name, const std::string& path, const std::string& text, const Read& read) {
  if (!std::filesystem::exists(path)) files::write(path, text);
  files::add(name, static_cast<double>(text.size()), read);
}

}  // namespace

void add_text_rows() {
  constexpr std::size_t mega = std::size_t{1} << 20;
  add("arff of numbers and categories to a table", "data/things.arff", arff(4 * mega),
      [] { return read_arff<Table, Label<2>>("data/things.arff"); });
  add("ts of six measurements to sequences", "data/motions.ts", series(24 * mega),
      [] { return read_ts<Sequence<float, Dynamic, 6>, Label<2>>("data/motions.ts"); });
  add("lines to texts", "data/lines.txt", lines(48 * mega), [] { return read_lines("data/lines.txt"); });
}

// SPDX-License-Identifier: Apache-2.0
// Reading delimited text: the same files for us and for the rivals, made here where they are not there yet.
#include <tutti/data/csv.hpp>

#include "files.hpp"

#include <cmath>
#include <string>

namespace {

using namespace tutti;

/// Twenty columns of numbers as programs print them, and a class.
std::string numbers(std::size_t bytes) {
  std::string text;
  for (int c = 0; c < 20; ++c) text.append("x").append(std::to_string(c)).append(",");
  text += "y\n";
  Random random(1);
  char cell[40];
  while (text.size() < bytes) {
    for (int c = 0; c < 20; ++c) {
      const double u = random.uniform();
      std::snprintf(cell, sizeof cell, c < 10 ? "%.6g," : c < 15 ? "%.0f," : "%.4f,", c < 10 ? 20 * std::log(u + 1e-9) : 1000 * u);
      text += cell;
    }
    text += random.below(2) == 0 ? "0\n" : "1\n";
  }
  return text;
}

/// Half of the columns hold categories, some cells are empty.
std::string mixed(std::size_t bytes) {
  constexpr const char* cities[] = {"Amsterdam", "Bern", "Chur", "Den Haag", "Emmen", "Freiburg", "Genf", ""};
  std::string text = "age,city,income,job,score,country,y\n";
  Random random(2);
  char line[200];
  while (text.size() < bytes) {
    std::snprintf(line, sizeof line, "%d,%s,%.2f,job %d,%.5f,\"country, %d\",%s\n", 18 + static_cast<int>(random.below(60)), cities[random.below(8)],
                  20000 + 50000 * static_cast<double>(random.uniform()), static_cast<int>(random.below(40)), static_cast<double>(random.uniform()),
                  static_cast<int>(random.below(120)), random.below(3) == 0 ? "yes" : "no");
    text += line;
  }
  return text;
}

template <class X> void add(const std::string& name, const std::string& path, double bytes) {
  files::add(name, bytes, [path] { return read_csv<X, Label<2>>(path, {.target = "y"}); });
}

}  // namespace

void add_csv_rows() {
  constexpr std::size_t size = std::size_t{48} << 20;
  const std::string plain = numbers(size), words = mixed(size);
  if (!std::filesystem::exists("data/numbers.csv")) files::write("data/numbers.csv", plain);
  if (!std::filesystem::exists("data/numbers.csv.gz")) files::compress("data/numbers.csv.gz", plain);
  if (!std::filesystem::exists("data/mixed.csv")) files::write("data/mixed.csv", words);
  const auto text_bytes = static_cast<double>(plain.size()), word_bytes = static_cast<double>(words.size());
  add<Row<Dynamic>>("csv of numbers to rows", "data/numbers.csv", text_bytes);
  add<Table>("csv of numbers to a table", "data/numbers.csv", text_bytes);
  add<Table>("csv of numbers and categories to a table", "data/mixed.csv", word_bytes);
  add<Row<Dynamic>>("csv of numbers, gzip, to rows", "data/numbers.csv.gz", text_bytes);
}

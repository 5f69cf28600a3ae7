// SPDX-License-Identifier: Apache-2.0
// Writes the first inputs of the target `model`: small models of all its types, fitted here. Argument: the folder.
// To be run again when the format or the fields of a model have changed: older inputs are refused at once and test little.
#include "models.hpp"

#include <tutti/tutti.hpp>

#include <fstream>
#include <iostream>

namespace {

using namespace tutti;

void write(const std::string& path, int type, int how, std::span<const std::byte> bytes) {
  std::ofstream file(path, std::ios::binary);
  file.put(static_cast<char>(type)).put(static_cast<char>(how)).write(reinterpret_cast<const char*>(bytes.data()), std::ssize(bytes));
}

template <class Model> void seeds(const std::string& folder, int type, const typename Model::SpecType& spec, const auto& data) {
  const Model model = fit(spec, data, {.seed = 1});
  const auto file = to_bytes(model);
  Writer named;
  named("type", type_name<Model>());
  const auto payload = std::span<const std::byte>(file).subspan(detail::header_bytes);
  const std::string name = folder + "/seed_" + std::to_string(type);
  write(name + "_file", type, 0, file);
  write(name + "_payload", type, 1, payload);
  write(name + "_fields", type, 2, payload.subspan(named.bytes().size()));
}

/// Rows of small numbers, none of them random.
template <class X, class Y> Dataset<X, Y> numbers(int rows, int width) {
  std::vector<typename X::Element> values;
  std::vector<typename Y::Element> targets;
  for (int r = 0; r < rows; ++r) {
    targets.push_back(static_cast<typename Y::Element>(r % 3));
    for (int c = 0; c < width; ++c) values.push_back(static_cast<typename X::Element>((r * r + 5 * c + (c == 0 ? 20 * r : 0)) % 60));
  }
  Schema schema;
  if (Y::is_label) schema.classes = {"red", "green", "blue"};
  return dataset<X, Y>(values, targets, {}, schema);
}

}  // namespace

int main(int count, char** arguments) try {
  if (count != 2) return 2;
  const std::string folder = arguments[1];
  Stack<Average<Forest, Boost<Tree>>, Ridge> trees;
  std::get<0>(trees.committee.members).trees = 2;
  std::get<1>(trees.committee.members).options.rounds = 2;
  Vote<Cascade<Standardize, Logistic>, Bag<Tree>> lines;
  std::get<1>(lines.members).options.members = 2;
  seeds<fuzz::Trees>(folder, 0, trees, numbers<Row<4>, Label<3>>(24, 4));
  seeds<fuzz::Lines>(folder, 1, lines, numbers<Row<Dynamic>, Label<Dynamic>>(24, 3));
  seeds<fuzz::Net>(folder, 2, {}, numbers<Image<1, 6, 6>, Label<3>>(12, 36));
  seeds<fuzz::TallNet>(folder, 3, {}, numbers<Image<1, Dynamic, 6>, Real>(12, 30));
  seeds<fuzz::Parts>(folder, 4, {}, zip<fuzz::Readings>(numbers<Row<2>, Real>(24, 2), numbers<Row<Dynamic>, Real>(24, 3)));
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}

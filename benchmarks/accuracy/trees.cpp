// SPDX-License-Identifier: Apache-2.0
// What Boost<Tree> predicts for tables that benchmarks/accuracy/trees.py has cut into training and test rows: that script
// calls this program, fits the rivals to the same rows and compares. A row here is our score on one table, by one setting.
#include "accuracy.hpp"

#include <tutti/combine/cascade_fit.hpp>
#include <tutti/data.hpp>
#include <tutti/measure.hpp>
#include <tutti/model/boost_tree_fit.hpp>
#include <tutti/model/one_hot_fit.hpp>
#include <tutti/train/fit.hpp>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>
using namespace tutti;

namespace {

Boost<Tree> leafwise(bool sets) { return Boost{Tree{.leaves = 63}, {.rounds = 300, .categories = {.sets = sets}}}; }
Boost<Tree> depthwise(bool sets) { return Boost{Tree{.max_depth = 6}, {.rounds = 300, .categories = {.sets = sets}}}; }
/// Leaves of a hessian of 1, as XGBoost's are, in place of 20 rows.
Boost<Tree> of_small_leaves(Boost<Tree> spec) {
  spec.member.min_rows     = 1;
  spec.options.min_hessian = 1;
  return spec;
}

Boost<Tree> of_bins(Boost<Tree> spec, int bins) {
  spec.options.bins = bins;
  return spec;
}

/// Writes the outputs for the test rows, classes in the order of their numbers.
template <class Model, class Y> void write(const Model& model, const Dataset<Table, Y>& test, const std::string& path) {
  const std::ptrdiff_t outputs = model.outputs();
  std::vector<float> out(static_cast<std::size_t>(test.rows() * outputs));
  for (std::ptrdiff_t i = 0; i < test.rows(); ++i) {
    float* row = out.data() + i * outputs;
    if constexpr (Y::is_label) {
      const auto p = model.probabilities(test.x(i));
      for (std::size_t k = 0; k < p.size(); ++k) row[std::stoi(test.schema().classes[k])] = p[k];
    } else {
      row[0] = model.predict(test.x(i)).value;
    }
  }
  write_npy(path, out, {test.rows(), outputs});
}

template <class Spec, class Y>
void run(const std::string& stem, const char* setting, const Spec& spec, const Dataset<Table, Y>& train, const Dataset<Table, Y>& test) {
  const auto start     = std::chrono::steady_clock::now();
  const auto model     = fit(spec, train);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  write(model, test, stem + "-tutti-" + setting + ".npy");
  const auto name = std::filesystem::path(stem).filename().string() + ", " + setting + ": ";
  if constexpr (Y::is_label) accuracy::row(name + "log-loss", evaluate(model, test, LogLoss{}).score("log-loss"), 0, "trees.py", 0);
  else accuracy::row(name + "RMSE", evaluate(model, test, RMSE{}).score("RMSE"), 0, "trees.py", 0);
  std::printf("%s%.2f s\n", name.c_str(), seconds);
}

template <class Y> void run(const std::string& stem) {
  const auto train = read_csv<Table, Y>(stem + "-train.csv", {.target = "target"});
  const auto test  = read_csv<Table, Y>(stem + "-test.csv", train.schema(), {.target = "target"});
  bool categories  = false;
  for (const Column& c : train.schema().columns) categories |= c.kind == ColumnKind::categorical;
  run(stem, "63 leaves", leafwise(true), train, test);
  run(stem, "depth 6", depthwise(true), train, test);
  run(stem, "untouched", Boost{Tree{}}, train, test);
  run(stem, "63 leaves, small", of_small_leaves(leafwise(true)), train, test);
  run(stem, "depth 6, small", of_small_leaves(depthwise(true)), train, test);
  if (const char* const given = std::getenv("TUTTI_BINS")) {
    const int bins = std::atoi(given);
    run(stem, "63 leaves, bins", of_bins(leafwise(true), bins), train, test);
    run(stem, "depth 6, bins", of_bins(depthwise(true), bins), train, test);
    run(stem, "63 leaves, small, bins", of_bins(of_small_leaves(leafwise(true)), bins), train, test);
    run(stem, "depth 6, small, bins", of_bins(of_small_leaves(depthwise(true)), bins), train, test);
  }
  if (!categories) return;
  run(stem, "63 leaves, codes", leafwise(false), train, test);
  run(stem, "63 leaves, one-hot", Cascade{OneHot{}, leafwise(true)}, train, test);
  run(stem, "depth 6, codes", depthwise(false), train, test);
  run(stem, "depth 6, one-hot", Cascade{OneHot{}, depthwise(true)}, train, test);
}

}  // namespace

void accuracy::trees() {
  const char* folder = std::getenv("TUTTI_TREES");
  if (folder == nullptr) return void(std::printf("trees is left out: benchmarks/accuracy/trees.py calls it\n"));
  std::vector<std::string> stems;
  for (const auto& file : std::filesystem::directory_iterator(folder))
    if (const auto path = file.path().string(); path.ends_with("-train.csv")) stems.push_back(path.substr(0, path.size() - 10));
  std::sort(stems.begin(), stems.end());
  for (const auto& stem : stems) stem.find("numbers-") != std::string::npos ? run<Real>(stem) : run<Label<Dynamic>>(stem);
}

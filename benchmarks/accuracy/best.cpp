// SPDX-License-Identifier: Apache-2.0
// What Best predicts for eight tables of TUTTI_DATA, with its own train and test parts: benchmarks/accuracy/best.py calls this program,
// fits the rivals to the same rows and compares. A row here is our score on one table.
#include "accuracy.hpp"

#include <tutti/combine/cascade_fit.hpp>
#include <tutti/combine/greedy_fit.hpp>
#include <tutti/data.hpp>
#include <tutti/measure.hpp>
#include <tutti/model/boost_tree_fit.hpp>
#include <tutti/model/extra_trees_fit.hpp>
#include <tutti/model/forest_fit.hpp>
#include <tutti/model/impute_fit.hpp>
#include <tutti/model/knn_fit.hpp>
#include <tutti/model/logistic_fit.hpp>
#include <tutti/model/network_fit.hpp>
#include <tutti/model/one_hot_fit.hpp>
#include <tutti/model/quantile_transform_fit.hpp>
#include <tutti/model/ridge_fit.hpp>
#include <tutti/model/standardize_fit.hpp>
#include <tutti/train/fit.hpp>
#include <tutti/tune/best.hpp>

#include <algorithm>
#include <ctime>
#include <string>
#include <vector>
using namespace tutti;

namespace {

/// The outputs for the test rows; classes in the order of their names.
template <class Y> std::vector<float> outputs_for(const auto& model, const Dataset<Table, Y>& test) {
  std::vector<float> out;
  if constexpr (Y::is_label) {
    std::vector<std::size_t> order(static_cast<std::size_t>(test.outputs()));
    for (std::size_t k = 0; k < order.size(); ++k) order[k] = k;
    const auto& names = test.schema().classes;
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return names[a] < names[b]; });
    for (std::ptrdiff_t i = 0; i < test.rows(); ++i) {
      const auto p = model.probabilities(test.x(i));
      for (const std::size_t k : order) out.push_back(p[k]);
    }
  } else {
    for (std::ptrdiff_t i = 0; i < test.rows(); ++i) out.push_back(model.predict(test.x(i)).value);
  }
  return out;
}

template <class Y> void run(const std::string& set, const char* target, const std::string& folder) {
  const auto train = read_csv<Table, Y>(accuracy::data_directory() + "/" + set + "/train.csv.gz", {.target = target});
  const auto test = read_csv<Table, Y>(accuracy::data_directory() + "/" + set + "/test.csv.gz", train.schema(), {.target = target});
  const auto start = std::clock();
  const auto model = fit(Best{}, train, {.seed = 1});
  const double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  write_npy(folder + "/" + set + "-tutti.npy", outputs_for(model, test), {test.rows(), test.outputs()});
  const char* score = Y::is_label ? "log-loss" : "RMSE";
  std::printf("%s: %.0f s of processor time, weights", set.c_str(), seconds);
  for (const float w : model.model().weights) std::printf(" %.2f", static_cast<double>(w));
  std::printf("\n");
  accuracy::row(set + ", Best: " + score, evaluate(model, test).score(score), 0, "best.py", 0);
}

}  // namespace

void accuracy::best() {
  const char *folder = std::getenv("TUTTI_BEST"), *sets = std::getenv("TUTTI_BEST_SETS");
  if (folder == nullptr) return void(std::printf("best is left out: benchmarks/accuracy/best.py calls it\n"));
  const auto asked = [&](const char* set) {
    return sets == nullptr || ("," + std::string(sets) + ",").find("," + std::string(set) + ",") != std::string::npos;
  };
  const auto labels = [&](const char* set, const char* target) { if (asked(set)) run<Label<Dynamic>>(set, target, folder); };
  const auto numbers = [&](const char* set, const char* target) { if (asked(set)) run<Real>(set, target, folder); };
  labels("higgs-7k", "label");
  labels("adult", "income");
  numbers("california-housing", "median_house_value");
  labels("bank-marketing", "y");
  labels("credit-default", "default.payment.next.month");
  numbers("kin40k-regression", "y");
  labels("covertype-15k", "Cover_Type");
  numbers("protein-regression", "y");
}

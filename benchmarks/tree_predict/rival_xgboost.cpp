// SPDX-License-Identifier: Apache-2.0
// XGBoost's C API on trees of the same sizes: prediction from memory in place, its fastest way, and one thread.
#include "../rows.hpp"
#include "data.hpp"

#include <xgboost/c_api.h>

#include <cstring>
#include <stdexcept>

namespace {

void must(int failed) {
  if (failed != 0) throw std::runtime_error(XGBGetLastError());
}

/// A booster, fitted once; it is never let go of.
BoosterHandle fitted(const std::string& name, const tree_predict::Data& data, bool by_leaves) {
  DMatrixHandle matrix;
  must(XGDMatrixCreateFromMat(data.x.data(), tree_predict::rows, tree_predict::columns, std::nanf(""), &matrix));
  const std::vector<float> y(data.y.begin(), data.y.end());
  must(XGDMatrixSetFloatInfo(matrix, "label", y.data(), y.size()));
  BoosterHandle booster;
  must(XGBoosterCreate(&matrix, 1, &booster));
  for (const auto& [key, value] : {std::pair{"objective", "binary:logistic"}, {"tree_method", "hist"}, {"eta", "0.1"}, {"min_child_weight", "0"},
                                   {"nthread", "1"}, {"max_depth", by_leaves ? "0" : "6"}, {"max_leaves", by_leaves ? "63" : "0"},
                                   {"grow_policy", by_leaves ? "lossguide" : "depthwise"}})
    must(XGBoosterSetParam(booster, key, value));
  for (int round = 0; round < 300; ++round) must(XGBoosterUpdateOneIter(booster, round, matrix));
  must(XGBoosterSetParam(booster, "nthread", "1"));
  const char** dump;
  bst_ulong trees;
  must(XGBoosterDumpModel(booster, "", 0, &trees, &dump));
  std::size_t nodes = 0;
  for (bst_ulong t = 0; t < trees; ++t)
    for (const char* c = dump[t]; *c != 0; ++c) nodes += *c == '\n';
  std::fprintf(stderr, "%s: %zu nodes\n", name.c_str(), nodes);
  return booster;
}

void add_rows(const std::string& name, bool by_leaves) {
  const auto prepare = [=](int asked) {
    return [=] {
      auto data = std::make_shared<tree_predict::Data>();
      const BoosterHandle booster = fitted(name, *data, by_leaves);
      return [=, at = 0]() mutable {
        char array[200];
        std::snprintf(array, sizeof array, R"({"data": [%zu, true], "shape": [%d, %d], "typestr": "<f4", "version": 3})",
                      reinterpret_cast<std::size_t>(data->x.data() + at * tree_predict::columns), asked, tree_predict::columns);
        static constexpr const char* how =
            R"({"type": 0, "training": false, "iteration_begin": 0, "iteration_end": 0, "strict_shape": false, "missing": NaN, "cache_id": 0})";
        const bst_ulong* shape;
        bst_ulong dimensions;
        const float* out;
        must(XGBoosterPredictFromDense(booster, array, how, nullptr, &shape, &dimensions, &out));
        benchmark::DoNotOptimize(out);
        at = (at + asked) % tree_predict::asked;
      };
    };
  };
  rows::add(name + ", 10000 rows", "", rows::time(0), prepare(tree_predict::asked));
  rows::add(name + ", one row", "", rows::time(0), prepare(1));
}

}  // namespace

int main(int argc, char** argv) {
  add_rows("300 trees of depth 6", false);
  add_rows("300 trees of 63 leaves", true);
  return rows::run(argc, argv);
}

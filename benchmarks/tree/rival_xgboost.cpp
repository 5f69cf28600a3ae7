// SPDX-License-Identifier: Apache-2.0
// XGBoost by its C API on the rows of main.cpp: histograms of 256 bins, trees of 63 leaves where the most gainful split comes
// first, and on the made sets also trees of depth 6. A fit begins with the numbers as they were read.
#include "set.hpp"

#include <xgboost/c_api.h>

#include <cstdlib>
#include <limits>
#include <memory>

namespace {

void call(int failed) {
  if (failed == 0) return;
  std::fprintf(stderr, "XGBoost: %s\n", XGBGetLastError());
  std::exit(1);
}

struct Matrix {
  DMatrixHandle handle = nullptr;
  explicit Matrix(const trees::Part& part) {
    call(XGDMatrixCreateFromMat_omp(part.x.data(), static_cast<bst_ulong>(part.rows), static_cast<bst_ulong>(part.columns),
                                    std::numeric_limits<float>::quiet_NaN(), &handle, rows::threads()));
    call(XGDMatrixSetFloatInfo(handle, "label", part.y.data(), static_cast<bst_ulong>(part.rows)));
  }
  Matrix(const Matrix&) = delete;
  Matrix& operator=(const Matrix&) = delete;
  ~Matrix() { XGDMatrixFree(handle); }
};

struct Booster {
  Matrix train;
  BoosterHandle handle = nullptr;

  Booster(const trees::Set& set, const trees::Part& part, bool by_depth) : train(part) {
    call(XGBoosterCreate(&train.handle, 1, &handle));
    const auto say = [&](const char* name, const std::string& value) { call(XGBoosterSetParam(handle, name, value.c_str())); };
    say("nthread", std::to_string(rows::threads()));
    say("tree_method", "hist");
    say("max_bin", "256");
    say("eta", "0.1");
    say("verbosity", "0");
    say("objective", set.classes == 0 ? "reg:squarederror" : set.classes == 2 ? "binary:logistic" : "multi:softprob");
    if (set.classes > 2) say("num_class", std::to_string(set.classes));
    if (by_depth) {
      say("max_depth", "6");
    } else {
      say("grow_policy", "lossguide");
      say("max_leaves", "63");
      say("max_depth", "0");
    }
    for (int round = 0; round < set.rounds; ++round) call(XGBoosterUpdateOneIter(handle, round, train.handle));
  }
  Booster(const Booster&) = delete;
  Booster& operator=(const Booster&) = delete;
  ~Booster() { XGBoosterFree(handle); }

  /// Outputs of n rows where they lie.
  std::vector<float> outputs(const float* x, std::ptrdiff_t n, int columns) const {
    char array[300];
    std::snprintf(array, sizeof array, "{\"data\": [%llu, true], \"shape\": [%td, %d], \"typestr\": \"<f4\", \"version\": 3}",
                  static_cast<unsigned long long>(reinterpret_cast<std::uintptr_t>(x)), n, columns);
    const char* config =
        "{\"type\": 0, \"training\": false, \"iteration_begin\": 0, \"iteration_end\": 0, \"strict_shape\": false, "
        "\"cache_id\": 0, \"missing\": NaN}";
    const bst_ulong* shape = nullptr;
    bst_ulong dimensions = 0;
    const float* result = nullptr;
    call(XGBoosterPredictFromDense(handle, array, config, nullptr, &shape, &dimensions, &result));
    bst_ulong size = 1;
    for (bst_ulong d = 0; d < dimensions; ++d) size *= shape[d];
    return {result, result + size};
  }
};

void add_fit(const trees::Set& set, const std::string& who, bool by_depth) {
  rows::add(trees::fit_row(set), who, rows::time(0), [=] {
    auto train = std::make_shared<trees::Part>(trees::read(set.name, "train"));
    const trees::Part test = trees::read(set.name, "test");
    rows::note = trees::quality(set, test, Booster(set, *train, by_depth).outputs(test.x.data(), test.rows, test.columns));
    return [=] { Booster(set, *train, by_depth); };
  });
}

void add_answers(const std::string& name, const trees::Set& set, bool one) {
  rows::add(name, "", rows::time(0), [=] {
    auto booster = std::make_shared<Booster>(set, trees::read(set.name, "train"), false);
    auto test = std::make_shared<trees::Part>(trees::read(set.name, "test"));
    return [=, next = std::ptrdiff_t{0}]() mutable {
      const std::ptrdiff_t row = one ? next++ % test->rows : 0;
      benchmark::DoNotOptimize(booster->outputs(test->x.data() + row * test->columns, one ? 1 : test->rows, test->columns));
    };
  });
}

}  // namespace

int main(int argc, char** argv) {
  for (const trees::Set& set : trees::sets()) {
    add_fit(set, "63 leaves", false);
    if (set.rounds == 100) add_fit(set, "depth 6", true);
    if (set.name == "adult" || set.name == "california-housing" || set.name == "covertype-15k") {
      add_answers("boost " + set.name + ", predict all test rows", set, false);
      add_answers("boost " + set.name + ", predict one row", set, true);
    }
  }
  return rows::run(argc, argv);
}

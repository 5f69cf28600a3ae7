// SPDX-License-Identifier: Apache-2.0
// SVM, LinearSVM, LDA and QDA, and KNN and naive Bayes of real sets, through the interface that programs use; svm_rows.py has the same rows of scikit-learn.
#include "learner.hpp"

#include <filesystem>

namespace learner {
namespace {

/// A set that sets.py wrote; classes are numbers where the target is a Real.
template <class Y> Dataset<Row<Dynamic>, Y> part_of(const std::string& set, const std::string& part) {
  auto x = read_npy_array<float>("learner/" + set + "-" + part + "-x.npy");
  const auto y = read_npy_array<std::int32_t>("learner/" + set + "-" + part + "-y.npy");
  Buffer<typename Y::Element> targets;
  for (const std::int32_t v : y.values) targets.push_back(static_cast<typename Y::Element>(v));
  return {Row<Dynamic>::Storage(static_cast<int>(x.axes[1]), std::move(x.values)), std::move(targets)};
}
/// Ten clouds, which are the classes.
Dataset<Row<Dynamic>, Label<10>> clouds(int rows, int columns) {
  Buffer<float> x;
  Buffer<std::int32_t> y;
  for (int i = 0; i < rows; ++i) {
    y.push_back(i % 10);
    for (int j = 0; j < columns; ++j)
      x.push_back(number(static_cast<std::uint64_t>(i * columns + j)) + (j % 10 == i % 10 ? 1.0f : 0.0f));
  }
  return {Row<Dynamic>::Storage(columns, std::move(x)), std::move(y)};
}

template <class Model, class Y> std::string score(const Model& model, const Dataset<Row<Dynamic>, Y>& test) {
  const std::vector<Y> y = model.predict(test);
  double sum = 0;
  for (std::size_t i = 0; i < y.size(); ++i) {
    const auto truth = test.y(static_cast<std::ptrdiff_t>(i));
    if constexpr (Y::is_label) sum += y[i] == truth;
    else sum += std::pow(static_cast<double>(y[i].value) - static_cast<double>(truth.value), 2);
  }
  sum /= static_cast<double>(y.size());
  return Y::is_label ? noted("accuracy", sum) : noted("RMSE", std::sqrt(sum));
}
template <class Spec, class Make> void add_fit(const std::string& name, const Spec& spec, const Make& make) {
  rows::add(name, "", rows::time(0), [=] {
    const auto [train, test] = make();
    rows::note = score(fit(spec, train, options()), test);
    return [=, data = train] { benchmark::DoNotOptimize(fit(spec, data, options())); };
  });
}
template <class Spec, class Make> void add_answers(const std::string& name, const Spec& spec, const Make& make) {
  rows::add(name, "", rows::time(0), [=] {
    const auto parts = make();
    return [model = fit(spec, parts.first, options()), test = parts.second] { benchmark::DoNotOptimize(model.predict(test)); };
  });
}
template <class Y, class Spec> void add_set(const std::string& name, const Spec& spec, const std::string& set) {
  if (!std::filesystem::exists("learner/" + set + "-test-y.npy")) return;
  const auto make = [=] { return std::pair(part_of<Y>(set, "train"), part_of<Y>(set, "test")); };
  add_fit(name + " fit, " + set, spec, make);
  add_answers(name + ", test rows of " + set, spec, make);
}
template <class Spec> void add_clouds(const std::string& name, const Spec& spec, int rows, int columns) {
  const auto make = [=] {
    const auto data = clouds(rows, columns);
    return std::pair(data, data);
  };
  add_fit(name + " fit, " + size_of(rows, columns), spec, make);
  add_answers(name + ", " + std::to_string(rows) + " rows, of " + size_of(rows, columns), spec, make);
}

}  // namespace

void add_svm_rows() {
  add_set<Label<10>>("SVM", SVM{.C = 10}, "digits");
  add_set<Label<2>>("SVM", SVM{.C = 10}, "higgs-7k");
  add_set<Real>("SVM", SVM{.C = 10}, "wine-quality");
  add_clouds("SVM", SVM{}, 3000, 32);
  add_set<Label<10>>("LinearSVM", LinearSVM{}, "digits");
  add_set<Label<2>>("LinearSVM", LinearSVM{}, "higgs-7k");
  add_set<Real>("LinearSVM", LinearSVM{}, "wine-quality");
  add_set<Label<10>>("LinearSVM, hinge", LinearSVM{.squared = false}, "digits");
  add_set<Label<10>>("KNN of 5", KNN{}, "digits");
  add_set<Label<7>>("KNN of 5", KNN{}, "covertype-15k");
  add_set<Real>("KNN of 5", KNN{}, "wine-quality");
  add_set<Label<7>>("naive Bayes, Gaussian", NaiveBayes{}, "covertype-15k");
  add_set<Label<2>>("naive Bayes, Gaussian", NaiveBayes{}, "higgs-7k");
  for (const auto& [rows, columns] : {std::pair{50000, 16}, {5000, 512}}) add_clouds("LDA", LDA{}, rows, columns);
  for (const auto& [rows, columns] : {std::pair{50000, 16}, {20000, 64}}) add_clouds("QDA", QDA{}, rows, columns);
}

}  // namespace learner

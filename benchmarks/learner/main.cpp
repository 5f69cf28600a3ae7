// SPDX-License-Identifier: Apache-2.0
// PCA, KMeans, KNN and NaiveBayes through the interface that programs use.
#include "learner.hpp"

using namespace learner;

namespace {

/// Rows of ten clouds, which are their classes. Counts: their whole part, from 0 on.
using Data = Dataset<Row<Dynamic>, Label<10>>;
Data clouds(int rows, int columns, bool counts = false) {
  Buffer<float> x;
  Buffer<std::int32_t> y;
  for (int i = 0; i < rows; ++i) {
    y.push_back(i % 10);
    for (int j = 0; j < columns; ++j) {
      const float v = number(static_cast<std::uint64_t>(i * columns + j)) + (j % 10 == i % 10 ? 1.0f : 0.0f);
      x.push_back(counts ? std::floor(std::max(0.0f, 2 * v)) : v);
    }
  }
  return {Row<Dynamic>::Storage(columns, std::move(x)), std::move(y)};
}
/// How good a model is: the share of the variance, the inertia, or how many of its own first rows it knows.
template <class Model> std::string score(const Model& model, const Data& data) {
  if constexpr (requires { model.model().ratio; }) {
    double share = 0;
    for (const double r : model.model().ratio) share += r;
    return noted("explained", share);
  } else if constexpr (requires { model.model().inertia; }) {
    return noted("inertia", model.model().inertia);
  } else {
    const auto some = data.first(1000);
    const auto y = model.predict(some);
    double right = 0;
    for (std::size_t i = 0; i < y.size(); ++i) right += y[i] == some.y(static_cast<std::ptrdiff_t>(i));
    return noted("accuracy", right / static_cast<double>(y.size()));
  }
}
template <class Spec> void add_fit(const std::string& name, const Spec& spec, int rows, int columns, bool counts = false) {
  rows::add(name + " fit, " + size_of(rows, columns), "", rows::time(0), [=] {
    const auto whole = clouds(rows, columns, counts);
    rows::note = score(fit(spec, whole, options()), whole);
    return [=, data = clouds(rows, columns, counts)] { benchmark::DoNotOptimize(fit(spec, data, options())); };
  });
}
/// `asked` rows through a model that was fitted to all.
template <class Spec>
void add_answers(const std::string& name, const Spec& spec, int rows, int columns, int asked, bool counts = false) {
  const std::string what = asked == 1 ? "one row" : std::to_string(asked) + " rows";
  rows::add(name + ", " + what + ", of " + size_of(rows, columns), "", rows::time(0), [=] {
    const auto data = clouds(rows, columns, counts);
    const auto model = fit(spec, data, options());
    const auto some = data.first(asked);
    if constexpr (is_transform<Spec>) {
      return [=] { benchmark::DoNotOptimize(model.transform(some)); };
    } else {
      Buffer<Data::View> views(static_cast<std::size_t>(asked));
      some.views(0, views);
      return [model, views, asked, kept = some, out = Buffer<float>(static_cast<std::size_t>(asked) * 10)]() mutable {
        model.probabilities(std::span<const Data::View>(views), Rows<float>(out.data(), asked, 10));
        benchmark::DoNotOptimize(out.data());
      };
    }
  });
}

KMeans twenty_iterations(int columns) {
  KMeans spec{.clusters = 20, .iterations = 20, .tolerance = 0};
  const Data data = clouds(20, columns);
  for (std::ptrdiff_t i = 0; i < 20; ++i)
    for (int j = 0; j < columns; ++j) spec.centres.push_back(data.x(i)[j]);
  return spec;
}

}  // namespace

int main(int argc, char** argv) {
  for (const auto& [rows, columns] : {std::pair{20000, 16}, {10000, 256}, {200, 1000}}) {
    add_fit("PCA to 16", PCA<16>{}, rows, columns);
    add_answers("PCA to 16", PCA<16>{}, rows, columns, rows);
  }
  for (const auto& [rows, columns] : {std::pair{50000, 8}, {10000, 128}}) {
    add_fit("KMeans of 20", twenty_iterations(columns), rows, columns);
    add_answers("KMeans of 20", twenty_iterations(columns), rows, columns, rows);
  }
  for (const auto& [rows, columns] : {std::pair{50000, 4}, {20000, 12}, {20000, 64}, {10000, 784}}) {
    add_fit("KNN of 5", KNN{}, rows, columns);
    add_answers("KNN of 5", KNN{}, rows, columns, 1000);
    add_answers("KNN of 5", KNN{}, rows, columns, 1);
  }
  for (const auto& [rows, columns] : {std::pair{50000, 16}, {5000, 784}}) {
    add_fit("naive Bayes, Gaussian", NaiveBayes{}, rows, columns);
    add_answers("naive Bayes, Gaussian", NaiveBayes{}, rows, columns, rows);
    add_fit("naive Bayes, multinomial", NaiveBayes{likelihood::Multinomial{}}, rows, columns, true);
    add_answers("naive Bayes, multinomial", NaiveBayes{likelihood::Multinomial{}}, rows, columns, rows, true);
    add_fit("naive Bayes, categorical", NaiveBayes{likelihood::Categorical{}}, rows, columns, true);
    add_answers("naive Bayes, categorical", NaiveBayes{likelihood::Categorical{}}, rows, columns, rows, true);
  }
  add_linear_rows();
  add_svm_rows();
  return rows::run(argc, argv);
}

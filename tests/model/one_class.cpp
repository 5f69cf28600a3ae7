// SPDX-License-Identifier: Apache-2.0
// One rule for all classifiers: where rows of one class alone are learnt from, that class is certain.
#include "linear_data.hpp"

#include <tutti/core/archive.hpp>
#include <tutti/model.hpp>

#include <doctest/doctest.h>

using namespace linear;

namespace {

template <int K> void check_spec(const auto& spec, const Dataset<Row<2>, Label<K>>& data, int only) {
  auto model = spec.fit(data, Context{});
  const auto check_certain = [&](const auto& m) {
    const std::vector<float> p = predicted(m, data);
    for (std::size_t i = 0; i < p.size(); ++i) CHECK(p[i] == doctest::Approx(static_cast<int>(i % K) == only ? 1 : 0).epsilon(1e-6));
  };
  check_certain(model);
  Writer out;
  out("model", model);
  decltype(model) again;
  Reader(out.bytes())("model", again);
  check_certain(again);
}
template <int K> void check_class(int only) {
  auto x = noise("one class", 60);
  for (float& v : x) v = std::floor(4 * std::abs(v));  // numbers that every likelihood takes
  const auto data = dataset<Row<2>, Label<K>>(2, x, std::vector<int>(30, only));
  check_spec(Logistic{}, data, only);
  check_spec(Logistic{.l1_ratio = 1}, data, only);
  check_spec(LinearSVM{}, data, only);
  check_spec(LinearSVM{.squared = false}, data, only);
  check_spec(SVM{}, data, only);
  check_spec(SVM{.probabilities = true}, data, only);
  check_spec(LDA{}, data, only);
  check_spec(LDA{.shrinkage = LDA::ledoit_wolf}, data, only);
  check_spec(QDA{}, data, only);
  check_spec(NaiveBayes{}, data, only);
  check_spec(NaiveBayes{likelihood::Multinomial{}}, data, only);
  check_spec(NaiveBayes{likelihood::Complement{}}, data, only);
  check_spec(NaiveBayes{likelihood::Bernoulli{}}, data, only);
  check_spec(NaiveBayes{likelihood::Categorical{}}, data, only);
  check_spec(KNN{}, data, only);
  check_spec(Tree{}, data, only);
  check_spec(Forest{.trees = 5}, data, only);
  check_spec(ExtraTrees{.trees = 5}, data, only);
}

}  // namespace

TEST_CASE("every classifier is certain of the one class that it saw, however many there are") {
  check_class<2>(0);
  check_class<2>(1);
  check_class<3>(0);
  check_class<3>(2);
  check_class<1>(0);
}

TEST_CASE("columns that are equal, or of one number, are no matter where there is nothing to tell apart") {
  const auto data = dataset<Row<2>, Label<3>>(2, std::vector<float>(12, 1.5f), std::vector<int>(6, 1));
  check_spec(LDA{}, data, 1);
  check_spec(QDA{}, data, 1);
  check_spec(SVM{}, data, 1);
  check_spec(LinearSVM{}, data, 1);
}

// SPDX-License-Identifier: Apache-2.0
// Bag beside scikit-learn's BaggingClassifier and BaggingRegressor, member by member on the rows that those have drawn.
#include <tutti/combine/bag_fit.hpp>
#include <tutti/model/tree_fit.hpp>

#include "combine/learners.hpp"
#include "reference/bagging.hpp"

#include <doctest/doctest.h>

using namespace tutti;
using namespace learners;

namespace {

using X = Row<4>;

template <class Y, class T>
Dataset<X, Y> rows(const T& targets) {
  return table<X, Y>(4, {std::begin(reference::bagging_x), std::end(reference::bagging_x)}, {std::begin(targets), std::end(targets)});
}

/// What a Bag makes of these draws: its model, and what it says out of bag.
template <class Y>
struct Drawn {
  Many<X, Y, ModelOf<Tree, X, Y>, BagLearning> bag;
  Predictions<OutOfFold, Y> honest;
};
template <class Y>
Drawn<Y> bag_of(const Dataset<X, Y>& data, std::span<const int> draws) {
  constexpr std::size_t members = reference::bagging_members;
  const std::size_t each = draws.size() / members;
  const Context context;
  Many<X, Y, ModelOf<Tree, X, Y>, BagLearning> bag{{}, data.outputs()};
  detail::SeenRows seen(data, static_cast<std::ptrdiff_t>(members));
  for (std::size_t m = 0; m < members; ++m) {
    Buffer<RowIndex> drawn;
    for (const int r : draws.subspan(m * each, each)) drawn.push_back(static_cast<RowIndex>(r));
    std::sort(drawn.begin(), drawn.end());
    seen.mark(static_cast<std::ptrdiff_t>(m), drawn);
    bag.models.push_back(fit_member(Tree{.max_depth = 2, .min_weight = static_cast<float>(each) / 8}, data.subset(drawn), context));
  }
  auto honest = detail::out_of_bag_rows(bag, seen, data, *context.plan(data));
  return {std::move(bag), std::move(honest)};
}
template <class Y>
void agree(const Drawn<Y>& ours, const Dataset<X, Y>& data, std::span<const double> said, std::span<const double> out_of_bag) {
  const std::vector<float> outputs = all_outputs(ours.bag, data);
  REQUIRE(outputs.size() == said.size());
  for (std::size_t i = 0; i < said.size(); ++i) {
    CHECK(std::abs(static_cast<double>(outputs[i]) - said[i]) < 1e-6);
    CHECK(std::abs(static_cast<double>(ours.honest.values()[static_cast<std::ptrdiff_t>(i)]) - out_of_bag[i]) < 1e-6);
  }
}

}  // namespace

TEST_CASE("bagged trees on given draws say what scikit-learn's say, of all rows and out of bag") {
  const auto labels = rows<Label<3>>(reference::bagging_label);
  const auto classifier = bag_of(labels, reference::bagging_label_rows);
  agree(classifier, labels, reference::bagging_probabilities, reference::bagging_out_of_bag_probabilities);
  double right = 0;
  for (std::ptrdiff_t i = 0; i < labels.rows(); ++i)
    right += Label<3>::decide(classifier.honest.values().row(i), nullptr) == labels.y(i) ? 1.0 / static_cast<double>(labels.rows()) : 0;
  CHECK(right == doctest::Approx(reference::bagging_label_score));

  const auto numbers = rows<Real>(reference::bagging_number);
  const auto regressor = bag_of(numbers, reference::bagging_number_rows);
  agree(regressor, numbers, reference::bagging_numbers, reference::bagging_out_of_bag_numbers);
  double mean = 0, errors = 0, spread = 0;
  for (std::ptrdiff_t i = 0; i < numbers.rows(); ++i) mean += static_cast<double>(numbers.y(i).value) / static_cast<double>(numbers.rows());
  for (std::ptrdiff_t i = 0; i < numbers.rows(); ++i) {
    const double y = static_cast<double>(numbers.y(i).value), e = y - static_cast<double>(regressor.honest.values()(i, 0));
    errors += e * e;
    spread += (y - mean) * (y - mean);
  }
  CHECK(1 - errors / spread == doctest::Approx(reference::bagging_number_score));
}

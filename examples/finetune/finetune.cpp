// A net that has learnt to tell ten digits is taught another task on such images with forty of them: has the digit a
// loop, is it straight or is it curved? Argument: digits.csv.gz
#include <tutti/tutti.hpp>
#include <iostream>
#include <numeric>
#include <vector>
using namespace tutti;

using Digits = Dataset<Image<1, 8, 8>, Label<10>>;
using Kinds  = Dataset<Image<1, 8, 8>, Label<3>>;
using Cnn    = Cascade<Conv<16, 3>, ReLU, MaxPool<2>, Dense<32>, ReLU, Dense<>>;

template <class Data>
Data rows(const Data& data, int first, int count) {
  std::vector<RowIndex> at(static_cast<std::size_t>(count));
  std::iota(at.begin(), at.end(), static_cast<RowIndex>(first));
  return data.subset(at);
}

Kinds kinds(const Digits& data) {
  constexpr int kind_of[] = {0, 1, 2, 2, 1, 2, 0, 1, 0, 0};
  std::vector<int> kind;
  for (int i = 0; i < data.rows(); ++i) kind.push_back(kind_of[data.y(i).index()]);
  return data.with_targets<Label<3>>(kind, 3);
}

int main(int, char** argv) {
  const auto digits = read_csv<Image<1, 8, 8>, Label<10>>(argv[1], {.target = "target"});
  const auto ten    = fit(Network{Cnn{}, {.epochs = 20}}, digits.first(900), {.seed = 1});

  const auto other = kinds(rows(digits, 900, 897));
  const auto few = rows(other, 0, 40), more = rows(other, 40, 320), test = rows(other, 360, 537);

  const auto scratch = fit(Network{Cnn{}, {.epochs = 60}}, few, {.seed = 1});
  NetworkOptions head{.epochs = 60, .optimizer = AdamW{.learning_rate = 0.05f}};
  head.rates       = frozen(5);                            // all layers but the last keep what they know
  const auto tuned = fit(FineTune{Network{Cnn{}, head}, ten}, few, {.seed = 1});

  auto state = learning_state(tuned);                      // more rows come in: go on, with all layers
  auto grown = tuned;
  for (int pass = 0; pass < 5; ++pass) grown = update(grown, more, state);

  std::cout << "from scratch          " << evaluate(scratch, test) << '\n'
            << "a new head            " << evaluate(tuned, test) << '\n'
            << "trained on            " << evaluate(grown, test) << '\n';
}

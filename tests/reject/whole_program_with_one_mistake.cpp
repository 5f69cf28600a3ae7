// EXPECT: Mismatch<Layer<3, Dense<9>>, Makes<9>, Outputs<10>>
// Everything that uses the model stays silent, so that the mistake is read once.
#include <tutti/tutti.hpp>

#include <iostream>

using namespace tutti;

#ifdef REPAIRED
using Net = Cascade<Conv<8, 3>, ReLU, MaxPool<2>, Dense<10>>;
#else
using Net = Cascade<Conv<8, 3>, ReLU, MaxPool<2>, Dense<9>>;
#endif

int main(int, char** argv) {
  const auto digits = read_csv<Image<1, 8, 8>, Label<10>>(argv[1], {.target = "target"});
  const auto [train, test] = split(digits, Holdout{.test = 0.25f, .seed = 1});
  std::cout << cross_validate(Net{}, train);
  const auto model = fit(Net{}, train, {.seed = 7});
  std::cout << evaluate(model, test) << describe(model);
  std::cout << model.predict(test.x(0)) << model.probabilities(test.x(0))[0];
  save(model, "digits.tutti");
  const auto again = load<decltype(model)>("digits.tutti");
  std::cout << again.predict(test).size();
}

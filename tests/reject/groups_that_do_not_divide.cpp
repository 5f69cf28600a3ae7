// EXPECT: Mismatch<Layer<0, Conv<5, 3, 1, 0, 1, 2, 0>>, Gets<3, 8, 8>, Needs<DivisibleBy<0, 2>, OutputsDivisibleBy<5, 2>>>
#include <tutti/layer/chain.hpp>
#include <tutti/layer/conv.hpp>
#include <tutti/layer/dense.hpp>
#include <tutti/model/network.hpp>
#include <tutti/train/fit.hpp>

using namespace tutti;

void learn(const Dataset<Image<3, 8, 8>, Label<10>>& digits) {
#ifdef REPAIRED
  fit(Cascade<Conv<6, 3, 1, 0, 1, 3>, Dense<10>>{}, digits);
#else
  fit(Cascade<Conv<5, 3, 1, 0, 1, 2, 0>, Dense<10>>{}, digits);
#endif
}

int main() {}

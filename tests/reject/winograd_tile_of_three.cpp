// EXPECT: Mismatch<Layer<0, Conv<16, 3, 1, 1, 1, 1, 3>>, Gets<3, 8, 8>, Needs<OneOf<3, 0, 1, 2, 4>>>
#include <tutti/layer/chain.hpp>
#include <tutti/layer/conv.hpp>
#include <tutti/layer/dense.hpp>
#include <tutti/model/network.hpp>
#include <tutti/train/fit.hpp>

using namespace tutti;

void learn(const Dataset<Image<3, 8, 8>, Label<10>>& digits) {
#ifdef REPAIRED
  fit(Cascade<Conv<16, 3, 1, 1, 1, 1, 2>, Dense<10>>{}, digits);
#else
  fit(Cascade<Conv<16, 3, 1, 1, 1, 1, 3>, Dense<10>>{}, digits);
#endif
}

int main() {}

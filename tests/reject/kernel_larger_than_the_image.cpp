// EXPECT: Mismatch<Layer<0, Conv<8, 9.*Gets<1, 8, 8>, Needs<AtLeast<1, 9>, AtLeast<2, 9>>>
#include <tutti/layer/chain.hpp>
#include <tutti/layer/conv.hpp>
#include <tutti/layer/dense.hpp>
#include <tutti/model/network.hpp>
#include <tutti/train/fit.hpp>

using namespace tutti;

void learn(const Dataset<Image<1, 8, 8>, Label<10>>& digits) {
#ifdef REPAIRED
  fit(Cascade<Conv<8, 3>, Dense<10>>{}, digits);
#else
  fit(Cascade<Conv<8, 9>, Dense<10>>{}, digits);
#endif
}

int main() {}

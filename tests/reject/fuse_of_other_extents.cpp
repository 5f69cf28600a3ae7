// EXPECT: Mismatch<Inside<0, Layer<1, Conv<8, 5.*Makes<8, 4, 4>, the_same_extents_but_the_channels_as<4, 6, 6>>
#include <tutti/layer/chain.hpp>
#include <tutti/layer/conv.hpp>
#include <tutti/layer/dense.hpp>
#include <tutti/layer/fuse.hpp>
#include <tutti/model/network.hpp>
#include <tutti/train/fit.hpp>

using namespace tutti;

void learn(const Dataset<Image<1, 8, 8>, Label<10>>& digits) {
#ifdef REPAIRED
  fit(Cascade<Fuse<Conv<4, 3>, Conv<8, 5, 1, 1>>, Dense<10>>{}, digits);
#else
  fit(Cascade<Fuse<Conv<4, 3>, Conv<8, 5>>, Dense<10>>{}, digits);
#endif
}

int main() {}

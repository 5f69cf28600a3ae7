// EXPECT: Mismatch<Layer<0, Residual<Conv<1, 4.*Makes<1, 5, 5>, the_same_extents_but_the_channels_as<1, 8, 8>>
#include <tutti/layer/chain.hpp>
#include <tutti/layer/conv.hpp>
#include <tutti/layer/dense.hpp>
#include <tutti/layer/residual.hpp>
#include <tutti/model/network.hpp>
#include <tutti/train/fit.hpp>

using namespace tutti;

void learn(const Dataset<Image<1, 8, 8>, Label<10>>& digits) {
#ifdef REPAIRED
  fit(Cascade<Residual<Conv<1, 4, 2, 1>>, Dense<10>>{}, digits);
#else
  fit(Cascade<Residual<Conv<1, 4>>, Dense<10>>{}, digits);
#endif
}

int main() {}

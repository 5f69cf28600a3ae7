// EXPECT: Mismatch<Network<Cascade<>>, .*, at_least_one_layer>
#include <tutti/layer/chain.hpp>
#include <tutti/layer/conv.hpp>
#include <tutti/layer/dense.hpp>
#include <tutti/model/network.hpp>
#include <tutti/train/fit.hpp>

using namespace tutti;

void learn(const Dataset<Image<1, 8, 8>, Label<10>>& digits) {
#ifdef REPAIRED
  fit(Network<Cascade<Dense<>>>{}, digits);
#else
  fit(Network<Cascade<>>{}, digits);
#endif
}

int main() {}

// EXPECT: Mismatch<Layer<0, Dense<0>>, Makes<0>, extents_of_at_least_1>
#include <tutti/layer/chain.hpp>
#include <tutti/layer/conv.hpp>
#include <tutti/layer/dense.hpp>
#include <tutti/model/network.hpp>
#include <tutti/train/fit.hpp>

using namespace tutti;

void learn(const Dataset<Image<1, 8, 8>, Label<10>>& digits) {
#ifdef REPAIRED
  fit(Cascade<Dense<8>, Dense<10>>{}, digits);
#else
  fit(Cascade<Dense<0>, Dense<10>>{}, digits);
#endif
}

int main() {}

// EXPECT: Mismatch<Layer<0, GroupNorm<2>.*Gets<3, 8, 8>, Needs<ChannelsDivisibleBy<2>>>
#include <tutti/layer/chain.hpp>
#include <tutti/layer/dense.hpp>
#include <tutti/layer/group_norm.hpp>
#include <tutti/model/network.hpp>
#include <tutti/train/fit.hpp>

using namespace tutti;

void learn(const Dataset<Image<3, 8, 8>, Label<10>>& digits) {
#ifdef REPAIRED
  fit(Cascade<GroupNorm<3>, Dense<10>>{}, digits);
#else
  fit(Cascade<GroupNorm<2>, Dense<10>>{}, digits);
#endif
}

int main() {}

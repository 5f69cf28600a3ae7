// EXPECT: Mismatch<Layer<0, TimeWarp>, Gets<3, 8, 8>, Needs<Rank<2>>>
#include <tutti/layer/chain.hpp>
#include <tutti/layer/dense.hpp>
#include <tutti/layer/time_warp.hpp>
#include <tutti/model/network.hpp>
#include <tutti/train/fit.hpp>

using namespace tutti;

void learn(const Dataset<Image<3, 8, 8>, Label<10>>& digits) {
#ifdef REPAIRED
  fit(Cascade<Dense<10>>{}, digits);
#else
  fit(Cascade<TimeWarp, Dense<10>>{}, digits);
#endif
}

int main() {}

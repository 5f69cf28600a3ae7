// EXPECT: Mismatch<Layer<0, MaxPool<2, 2, 2>>, Gets<1, 8, 8>, Needs<PaddingAtMostHalf<2, 2>>>
#include <tutti/layer/chain.hpp>
#include <tutti/layer/dense.hpp>
#include <tutti/layer/max_pool.hpp>
#include <tutti/model/network.hpp>
#include <tutti/train/fit.hpp>

using namespace tutti;

void learn(const Dataset<Image<1, 8, 8>, Label<10>>& digits) {
#ifdef REPAIRED
  fit(Cascade<MaxPool<2, 2, 1>, Dense<10>>{}, digits);
#else
  fit(Cascade<MaxPool<2, 2, 2>, Dense<10>>{}, digits);
#endif
}

int main() {}

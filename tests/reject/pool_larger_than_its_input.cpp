// EXPECT: Mismatch<Layer<1, MaxPool<3.*Gets<8, 2, 2>, Needs<AtLeast<1, 3>, AtLeast<2, 3>>>
#include <tutti/layer/chain.hpp>
#include <tutti/layer/conv.hpp>
#include <tutti/layer/dense.hpp>
#include <tutti/layer/max_pool.hpp>
#include <tutti/model/network.hpp>
#include <tutti/train/fit.hpp>

using namespace tutti;

void learn(const Dataset<Image<1, 8, 8>, Label<10>>& digits) {
#ifdef REPAIRED
  fit(Cascade<Conv<8, 7>, MaxPool<2>, Dense<10>>{}, digits);
#else
  fit(Cascade<Conv<8, 7>, MaxPool<3>, Dense<10>>{}, digits);
#endif
}

int main() {}

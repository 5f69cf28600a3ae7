// EXPECT: Mismatch<Layer<1, Conv<8.*Gets<32>, Needs<Rank<3>>>
#include <tutti/layer/chain.hpp>
#include <tutti/layer/conv.hpp>
#include <tutti/layer/dense.hpp>
#include <tutti/model/network.hpp>
#include <tutti/train/fit.hpp>

using namespace tutti;

void learn(const Dataset<Image<1, 8, 8>, Label<10>>& digits) {
#ifdef REPAIRED
  fit(Cascade<Conv<8, 3>, Dense<32>, Dense<10>>{}, digits);
#else
  fit(Cascade<Dense<32>, Conv<8, 3>, Dense<10>>{}, digits);
#endif
}

int main() {}

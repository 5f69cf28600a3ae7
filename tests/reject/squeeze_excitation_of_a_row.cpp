// EXPECT: Mismatch<Layer<0, SqueezeExcitation<4>.*Gets<12>, Needs<RankFrom<2, 3>>>
#include <tutti/layer/chain.hpp>
#include <tutti/layer/dense.hpp>
#include <tutti/layer/squeeze_excitation.hpp>
#include <tutti/model/network.hpp>
#include <tutti/train/fit.hpp>

using namespace tutti;

void learn(const Dataset<Row<12>, Label<10>>& digits) {
#ifdef REPAIRED
  fit(Cascade<Dense<4>, Dense<10>>{}, digits);
#else
  fit(Cascade<SqueezeExcitation<4>, Dense<10>>{}, digits);
#endif
}

int main() {}

// EXPECT: Mismatch<Layer<0, Upsample<2.*Gets<12>, Needs<Rank<3>>>
#include <tutti/layer/chain.hpp>
#include <tutti/layer/dense.hpp>
#include <tutti/layer/upsample.hpp>
#include <tutti/model/network.hpp>
#include <tutti/train/fit.hpp>

using namespace tutti;

void learn(const Dataset<Row<12>, Label<10>>& digits) {
#ifdef REPAIRED
  fit(Cascade<Dense<4>, Dense<10>>{}, digits);
#else
  fit(Cascade<Upsample<2>, Dense<10>>{}, digits);
#endif
}

int main() {}

// EXPECT: Mismatch<Layer<0, Conv<8.*Gets<4>, Needs<Rank<3>>>
#include <tutti/layer/chain.hpp>
#include <tutti/layer/conv.hpp>
#include <tutti/layer/dense.hpp>
#include <tutti/model/network.hpp>
#include <tutti/train/fit.hpp>

using namespace tutti;

void learn(const Dataset<Row<4>, Label<3>>& flowers) {
#ifdef REPAIRED
  fit(Cascade<Dense<8>, Dense<3>>{}, flowers);
#else
  fit(Cascade<Conv<8, 3>, Dense<3>>{}, flowers);
#endif
}

int main() {}

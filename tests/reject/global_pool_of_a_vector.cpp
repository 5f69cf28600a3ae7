// EXPECT: Mismatch<Layer<0, GlobalAveragePool>, Gets<4>, Needs<RankFrom<2, 3>>>
#include <tutti/layer/chain.hpp>
#include <tutti/layer/dense.hpp>
#include <tutti/layer/global_pool.hpp>
#include <tutti/model/network.hpp>
#include <tutti/train/fit.hpp>

using namespace tutti;

void learn(const Dataset<Row<4>, Label<3>>& flowers) {
#ifdef REPAIRED
  fit(Cascade<Dense<3>>{}, flowers);
#else
  fit(Cascade<GlobalAveragePool, Dense<3>>{}, flowers);
#endif
}

int main() {}

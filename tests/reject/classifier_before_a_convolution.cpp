// EXPECT: Mismatch<Layer<1, Conv<8.*Gets<10>, Needs<Rank<3>>>
#include <tutti/combine/cascade_fit.hpp>
#include <tutti/layer/chain.hpp>
#include <tutti/layer/conv.hpp>
#include <tutti/layer/dense.hpp>
#include <tutti/model/forest.hpp>
#include <tutti/model/network.hpp>
#include <tutti/train/fit.hpp>

using namespace tutti;

void learn(const Dataset<Image<1, 8, 8>, Label<10>>& digits) {
#ifdef REPAIRED
  fit(Cascade<Forest, Dense<8>, Dense<10>>{}, digits);
#else
  fit(Cascade<Forest, Conv<8, 3>, Dense<10>>{}, digits);
#endif
}

int main() {}

// EXPECT: Mismatch<Layer<1, Conv1D<8, 13.*Gets<12, 4>, Needs<AtLeast<0, 13>>>
#include <tutti/layer/chain.hpp>
#include <tutti/layer/conv1d.hpp>
#include <tutti/layer/dense.hpp>
#include <tutti/layer/max_pool.hpp>
#include <tutti/model/network.hpp>
#include <tutti/train/fit.hpp>

using namespace tutti;

void learn(const Dataset<Sequence<float, 24, 4>, Label<2>>& signals) {
#ifdef REPAIRED
  fit(Cascade<MaxPool1D<2>, Conv1D<8, 3>, Dense<2>>{}, signals);
#else
  fit(Cascade<MaxPool1D<2>, Conv1D<8, 13>, Dense<2>>{}, signals);
#endif
}

int main() {}

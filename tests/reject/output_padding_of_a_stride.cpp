// EXPECT: Mismatch<Layer<0, TransposedConv<4, 2, 2, 0, 2>>, Gets<3, 8, 8>, Needs<OutputPaddingBelow<2, 2>>>
#include <tutti/layer/chain.hpp>
#include <tutti/layer/transposed_conv.hpp>
#include <tutti/layer/dense.hpp>
#include <tutti/model/network.hpp>
#include <tutti/train/fit.hpp>

using namespace tutti;

void learn(const Dataset<Image<3, 8, 8>, Label<10>>& digits) {
#ifdef REPAIRED
  fit(Cascade<TransposedConv<4, 2, 2, 0, 1>, Dense<10>>{}, digits);
#else
  fit(Cascade<TransposedConv<4, 2, 2, 0, 2>, Dense<10>>{}, digits);
#endif
}

int main() {}

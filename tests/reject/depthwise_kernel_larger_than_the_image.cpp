// EXPECT: Mismatch<Layer<0, DepthwiseConv<3, 1, 0, 1, 4>>, Gets<3, 8, 8>, Needs<AtLeast<1, 9>, AtLeast<2, 9>>>
#include <tutti/layer/chain.hpp>
#include <tutti/layer/depthwise_conv.hpp>
#include <tutti/layer/dense.hpp>
#include <tutti/model/network.hpp>
#include <tutti/train/fit.hpp>

using namespace tutti;

void learn(const Dataset<Image<3, 8, 8>, Label<10>>& digits) {
#ifdef REPAIRED
  fit(Cascade<DepthwiseConv<3, 1, 0, 1, 3>, Dense<10>>{}, digits);
#else
  fit(Cascade<DepthwiseConv<3, 1, 0, 1, 4>, Dense<10>>{}, digits);
#endif
}

int main() {}

// EXPECT: Mismatch<Residual<Forest>, Member<0, Forest>, a_layer_with_infer_and_Bind>
#include <tutti/combine/cascade.hpp>
#include <tutti/layer/chain.hpp>
#include <tutti/layer/conv.hpp>
#include <tutti/layer/dense.hpp>
#include <tutti/layer/residual.hpp>
#include <tutti/model/forest.hpp>
#include <tutti/model/network.hpp>
#include <tutti/train/fit.hpp>

using namespace tutti;

void learn(const Dataset<Image<1, 8, 8>, Label<10>>& digits) {
#ifdef REPAIRED
  fit(Cascade<Conv<8, 3>, Residual<Dense<8>>, Dense<10>>{}, digits);
#else
  fit(Cascade<Conv<8, 3>, Residual<Forest>, Dense<10>>{}, digits);
#endif
}

int main() {}

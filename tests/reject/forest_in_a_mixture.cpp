// EXPECT: Mismatch<Mixture<Dense<2>, Dense<.*>, Forest>, Member<2, Forest>, a_layer_with_infer_and_Bind>
#include <tutti/combine/form_of_layers.hpp>
#include <tutti/layer/dense.hpp>
#include <tutti/layer/mixture.hpp>
#include <tutti/model/forest_fit.hpp>
#include <tutti/model/network_fit.hpp>
#include <tutti/train/fit.hpp>

using namespace tutti;

void learn(const Dataset<Row<4>, Label<3>>& flowers) {
#ifdef REPAIRED
  fit(Mixture<Dense<2>, Dense<>, Dense<>>{}, flowers);
#else
  fit(Mixture<Dense<2>, Dense<>, Forest>{}, flowers);  // a forest has no gradient
#endif
}

int main() {}

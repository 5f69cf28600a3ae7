// EXPECT: Mismatch<Cascade<Conv<8.*Logistic>, Member<1, Logistic>, a_layer_because_layers_stand_before_it>
#include <tutti/combine/cascade.hpp>
#include <tutti/layer/chain.hpp>
#include <tutti/layer/conv.hpp>
#include <tutti/layer/dense.hpp>
#include <tutti/model/logistic.hpp>
#include <tutti/model/network.hpp>
#include <tutti/train/fit.hpp>

using namespace tutti;

void learn(const Dataset<Image<1, 8, 8>, Label<10>>& digits) {
#ifdef REPAIRED
  fit(Cascade<Conv<8, 3>, Dense<10>>{}, digits);
#else
  fit(Cascade<Conv<8, 3>, Logistic>{}, digits);
#endif
}

int main() {}

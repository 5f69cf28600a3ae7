// EXPECT: Mismatch<Inside<0, Layer<0, Dense<3>>>, Makes<3>, Outputs<2>>
#include <tutti/layer/dense.hpp>
#include <tutti/layer/mixture.hpp>
#include <tutti/model/network_fit.hpp>
#include <tutti/train/fit.hpp>

using namespace tutti;

void learn(const Dataset<Row<4>, Label<3>>& flowers) {
#ifdef REPAIRED
  fit(Mixture<Dense<2>, Dense<>, Dense<>>{}, flowers);
#else
  fit(Mixture<Dense<3>, Dense<>, Dense<>>{}, flowers);  // three numbers for two experts
#endif
}

int main() {}

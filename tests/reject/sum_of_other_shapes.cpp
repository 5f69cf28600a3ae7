// EXPECT: Mismatch<Inside<1, Layer<2, Dense<9>>>, Makes<9>, the_same_shape_as<8>>
#include <tutti/layer/chain.hpp>
#include <tutti/layer/conv.hpp>
#include <tutti/layer/dense.hpp>
#include <tutti/layer/sum.hpp>
#include <tutti/model/network.hpp>
#include <tutti/train/fit.hpp>

using namespace tutti;

void learn(const Dataset<Image<1, 8, 8>, Label<10>>& digits) {
#ifdef REPAIRED
  fit(Cascade<Dense<16>, Sum<Dense<8>, Dense<8>, Dense<8>>, Dense<10>>{}, digits);
#else
  fit(Cascade<Dense<16>, Sum<Dense<8>, Dense<8>, Dense<9>>, Dense<10>>{}, digits);
#endif
}

int main() {}

// EXPECT: Mismatch<Layer<1, Dense<7>>, Makes<7>, Outputs<10>>
#include <tutti/layer/chain.hpp>
#include <tutti/layer/conv.hpp>
#include <tutti/layer/dense.hpp>
#include <tutti/model/network.hpp>
#include <tutti/train/fit.hpp>

using namespace tutti;

void learn(const Dataset<Image<1, 8, 8>, Label<10>>& digits) {
#ifdef REPAIRED
  fit(Cascade<Conv<8, 3>, Dense<>>{}, digits);
#else
  fit(Cascade<Conv<8, 3>, Dense<7>>{}, digits);
#endif
}

int main() {}

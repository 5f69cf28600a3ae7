// EXPECT: Mismatch<Inside<1, Layer<1, Dense<7>>>, Makes<7>, Outputs<10>>
#include <tutti/combine/vote.hpp>
#include <tutti/layer/chain.hpp>
#include <tutti/layer/conv.hpp>
#include <tutti/layer/dense.hpp>
#include <tutti/model/forest.hpp>
#include <tutti/model/network.hpp>
#include <tutti/train/fit.hpp>

using namespace tutti;

void learn(const Dataset<Image<1, 8, 8>, Label<10>>& digits) {
#ifdef REPAIRED
  fit(Vote<Forest, Cascade<Conv<8, 3>, Dense<10>>>{}, digits);
#else
  fit(Vote<Forest, Cascade<Conv<8, 3>, Dense<7>>>{}, digits);
#endif
}

int main() {}

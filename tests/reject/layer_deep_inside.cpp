// EXPECT: Mismatch<Inside<1, Inside<0, Inside<1, Layer<1, MaxPool<7.*Gets<8, 6, 6>, Needs<AtLeast<1, 7>
// The second branch of the Fuse in the Residual: every form on the way says where the next one stands.
#include <tutti/layer/chain.hpp>
#include <tutti/layer/conv.hpp>
#include <tutti/layer/dense.hpp>
#include <tutti/layer/fuse.hpp>
#include <tutti/layer/max_pool.hpp>
#include <tutti/layer/residual.hpp>
#include <tutti/model/network.hpp>
#include <tutti/train/fit.hpp>

using namespace tutti;

void learn(const Dataset<Image<1, 8, 8>, Label<10>>& digits) {
#ifdef REPAIRED
  fit(Cascade<Conv<8, 3>, Residual<Fuse<Conv<8, 1>, Cascade<Conv<8, 1>, MaxPool<1>>>>, Dense<10>>{}, digits);
#else
  fit(Cascade<Conv<8, 3>, Residual<Fuse<Conv<8, 1>, Cascade<Conv<8, 1>, MaxPool<7>>>>, Dense<10>>{}, digits);
#endif
}

int main() {}

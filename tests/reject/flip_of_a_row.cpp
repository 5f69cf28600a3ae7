// EXPECT: Mismatch<Layer<0, RandomFlip>.*Gets<64>, Needs<Rank<3>>>
#include <tutti/layer/chain.hpp>
#include <tutti/layer/dense.hpp>
#include <tutti/layer/random_flip.hpp>
#include <tutti/model/network.hpp>
#include <tutti/train/fit.hpp>

using namespace tutti;

#ifdef REPAIRED
void learn(const Dataset<Image<1, 8, 8>, Label<10>>& digits) {
#else
void learn(const Dataset<Row<64>, Label<10>>& digits) {
#endif
  fit(Cascade<RandomFlip, Dense<>>{}, digits);
}
int main() {}

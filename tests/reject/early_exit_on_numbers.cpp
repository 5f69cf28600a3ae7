// EXPECT: Mismatch<EarlyExit<Forest, Forest>, GetsType<Real>, labels_whose_probabilities_tell_when_to_stop>
#include <tutti/combine/early_exit.hpp>
#include <tutti/model/forest.hpp>
#include <tutti/train/fit.hpp>

using namespace tutti;

#ifdef REPAIRED
void learn(const Dataset<Row<4>, Label<3>>& rows) {
#else
void learn(const Dataset<Row<4>, Real>& rows) {
#endif
  fit(EarlyExit{Forest{.trees = 10}, Forest{}}, rows);
}

int main() {}

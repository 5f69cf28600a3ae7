// EXPECT: private.*OutOfFold|OutOfFold.*private
#include <tutti/core/predictions.hpp>
#include <tutti/model/forest.hpp>
#include <tutti/train/fit.hpp>

using namespace tutti;

void learn(const Dataset<Row<4>, Label<3>>& flowers) {
#ifdef REPAIRED
  const Predictions<OutOfFold, Label<3>> mine = out_of_fold(Forest{}, flowers);
#else
  const Predictions<OutOfFold, Label<3>> mine(OutOfFold(), flowers.rows(), 3);
#endif
}

int main() {}

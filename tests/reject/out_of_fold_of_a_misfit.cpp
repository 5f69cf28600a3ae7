// EXPECT: Mismatch<Ridge, GetsType<Label<3>>, labels_but_it_predicts_numbers>
#include <tutti/model/logistic.hpp>
#include <tutti/model/ridge.hpp>
#include <tutti/train/fit.hpp>

using namespace tutti;

void learn(const Dataset<Row<4>, Label<3>>& flowers) {
#ifdef REPAIRED
  out_of_fold(Logistic{}, flowers);
#else
  out_of_fold(Ridge{}, flowers);
#endif
}

int main() {}

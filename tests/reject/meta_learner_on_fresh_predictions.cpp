// EXPECT: Mismatch<Predictions<Fresh, Label<3>>, GetsType<Fresh>, out_of_fold_predictions>
#include <tutti/combine/meta.hpp>
#include <tutti/model/forest.hpp>
#include <tutti/train/fit.hpp>

using namespace tutti;

void copy(std::span<const float> outputs, std::span<float> z) { std::copy(outputs.begin(), outputs.end(), z.begin()); }

void learn(const Dataset<Row<4>, Label<3>>& flowers, const Predictions<OutOfFold, Label<3>>& first) {
#ifdef REPAIRED
  meta_rows<Row<6>>(flowers, copy, first, out_of_fold(Forest{}, flowers));
#else
  meta_rows<Row<6>>(flowers, copy, first, Predictions<Fresh, Label<3>>({}, flowers.rows(), 3));
#endif
}

int main() {}

// EXPECT: Mismatch<Predictions<InSample, Label<3>>, GetsType<InSample>, out_of_fold_predictions>
#include <tutti/combine/meta.hpp>
#include <tutti/model/forest.hpp>
#include <tutti/train/fit.hpp>

using namespace tutti;

void copy(std::span<const float> outputs, std::span<float> z) { std::copy(outputs.begin(), outputs.end(), z.begin()); }

void learn(const Dataset<Row<4>, Label<3>>& flowers) {
#ifdef REPAIRED
  const auto seen = out_of_fold(Forest{}, flowers);
  meta_rows<Row<3>>(flowers, copy, seen);
#else
  const auto seen = in_sample(fit(Forest{}, flowers), flowers);
  meta_rows<Row<3>>(flowers, copy, seen);
#endif
}

int main() {}

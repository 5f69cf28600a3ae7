// EXPECT: Mismatch<Frozen<Forest>, GetsType<Dataset<Row<4>, Label<3>>>, a_predict_member_for_these_inputs_and_targets>
#include <tutti/combine/frozen.hpp>
#include <tutti/model/forest.hpp>
#include <tutti/train/fit.hpp>

using namespace tutti;

void learn(const Dataset<Row<4>, Label<3>>& flowers) {
#ifdef REPAIRED
  fit(Frozen{fit(Forest{}, flowers)}, flowers);
#else
  fit(Frozen{Forest{}}, flowers);
#endif
}

int main() {}

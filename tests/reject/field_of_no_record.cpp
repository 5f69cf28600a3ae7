// EXPECT: Mismatch<On<.*Forest>, GetsType<Row<4>>, a_record_as_input>
#include <tutti/combine/on.hpp>
#include <tutti/model/forest.hpp>
#include <tutti/train/fit.hpp>

using namespace tutti;

void learn(const Dataset<Row<4>, Label<3>>& flowers) {
#ifdef REPAIRED
  fit(Forest{}, flowers);
#else
  fit(on<"facts">(Forest{}), flowers);
#endif
}

int main() {}

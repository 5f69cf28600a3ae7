// EXPECT: Mismatch<Cascade<>, GetsType<meta::List<>>, at_least_one_member>
#include <tutti/combine/cascade_fit.hpp>
#include <tutti/model/forest.hpp>
#include <tutti/train/fit.hpp>

using namespace tutti;

void learn(const Dataset<Row<4>, Label<3>>& flowers) {
#ifdef REPAIRED
  fit(Cascade{Forest{}}, flowers);
#else
  fit(Cascade{}, flowers);
#endif
}

int main() {}

// EXPECT: (no member named 'predict'|has no member named 'predict')
#include <tutti/combine/vote.hpp>
#include <tutti/model/forest.hpp>
#include <tutti/train/fit.hpp>

using namespace tutti;

void learn(const Dataset<Row<4>, Label<3>>& flowers) {
#ifdef REPAIRED
  fit(Vote{Forest{}, Forest{}}, flowers).predict(flowers.x(0));
#else
  Vote{Forest{}, Forest{}}.predict(flowers.x(0));
#endif
}

int main() {}

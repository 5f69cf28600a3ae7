// EXPECT: Mismatch<Average<Fitted<Forest, Row<4>, Label<3>(, true)?>, Forest>, Member<0, Fitted<.*Frozen_around_it_because_it_is_fitted>
#include <tutti/combine/average.hpp>
#include <tutti/combine/frozen.hpp>
#include <tutti/model/forest.hpp>
#include <tutti/train/fit.hpp>

using namespace tutti;

void combine(const Fitted<Forest, Row<4>, Label<3>>& model, const Dataset<Row<4>, Label<3>>& flowers) {
#ifdef REPAIRED
  fit(Average{Frozen{model}, Forest{}}, flowers);
#else
  fit(Average{model, Forest{}}, flowers);
#endif
}

int main() {}

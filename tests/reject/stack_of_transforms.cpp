// EXPECT: Mismatch<Stack<Fuse<Identity, Standardize>, Ridge>, Member<0, Fuse<Identity, Standardize>>, an_estimator_among_its_branches>
#include <tutti/combine/fuse.hpp>
#include <tutti/combine/average.hpp>
#include <tutti/model/forest.hpp>
#include <tutti/model/identity.hpp>
#include <tutti/model/logistic.hpp>
#include <tutti/model/ridge.hpp>
#include <tutti/model/standardize.hpp>
#include <tutti/train/fit.hpp>

using namespace tutti;

void learn(const Dataset<Row<4>, Label<3>>& flowers) {
#ifdef REPAIRED
  fit(Stack{Fuse{Identity{}, Forest{}}, Ridge{}}, flowers);
#else
  fit(Stack{Fuse{Identity{}, Standardize{}}, Ridge{}}, flowers);
#endif
}

int main() {}

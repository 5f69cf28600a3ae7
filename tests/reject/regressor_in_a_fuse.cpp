// EXPECT: Mismatch<Fuse<Identity, Ridge>, Member<1, Ridge>, labels_but_it_predicts_numbers>
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
  fit(Cascade{Fuse{Identity{}, Forest{}}, Logistic{}}, flowers);
#else
  fit(Cascade{Fuse{Identity{}, Ridge{}}, Logistic{}}, flowers);
#endif
}

int main() {}

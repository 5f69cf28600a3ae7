// EXPECT: Mismatch<Fuse<Identity, Fuse<Forest, Logistic>>, Member<1, Fuse<Forest, Logistic>>, one_Fuse_for_all_estimators>
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
  fit(Cascade{Fuse{Identity{}, Forest{}, Logistic{}}, Logistic{}}, flowers);
#else
  fit(Cascade{Fuse{Identity{}, Fuse{Forest{}, Logistic{}}}, Logistic{}}, flowers);
#endif
}

int main() {}

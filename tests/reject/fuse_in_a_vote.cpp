// EXPECT: Mismatch<Average<Fuse<Identity, Forest>, Logistic>, Member<0, Fuse<Identity, Forest>>, an_estimator_but_this_is_a_transform>
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
  fit(Average{Cascade{Fuse{Identity{}, Forest{}}, Logistic{}}, Logistic{}}, flowers);
#else
  fit(Average{Fuse{Identity{}, Forest{}}, Logistic{}}, flowers);
#endif
}

int main() {}

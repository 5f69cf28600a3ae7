// EXPECT: Mismatch<KnoraE, GetsType<Real>, labels_that_members_are_right_or_wrong_about>
#include <tutti/combine/dynamic_selection.hpp>
#include <tutti/model/forest.hpp>
#include <tutti/model/ridge.hpp>
#include <tutti/train/fit.hpp>

using namespace tutti;

void learn(const Dataset<Row<4>, Real>& houses) {
#ifdef REPAIRED
  fit(Select{KnoraU{}, Forest{}, Ridge{}}, houses);
#else
  fit(Select{KnoraE{}, Forest{}, Ridge{}}, houses);
#endif
}

int main() {}

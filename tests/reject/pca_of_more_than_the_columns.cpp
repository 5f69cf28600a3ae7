// EXPECT: Mismatch<Cascade<PCA<6>, Ridge>, Member<0, PCA<6>>, a_fit_member_for_these_inputs_and_targets>
#include <tutti/combine/cascade_fit.hpp>
#include <tutti/model/pca.hpp>
#include <tutti/model/ridge.hpp>

using namespace tutti;

void learn(const Dataset<Row<4>, Real>& houses) {
#ifdef REPAIRED
  fit(Cascade{PCA<3>{}, Ridge{}}, houses);
#else
  fit(Cascade{PCA<6>{}, Ridge{}}, houses);
#endif
}

int main() {}

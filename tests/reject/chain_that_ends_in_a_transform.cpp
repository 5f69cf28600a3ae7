// EXPECT: Mismatch<Cascade<Standardize, Standardize, Standardize>, Member<2, Standardize>, an_estimator_but_this_is_a_transform>
#include <tutti/combine/cascade_fit.hpp>
#include <tutti/model/logistic.hpp>
#include <tutti/model/standardize.hpp>
#include <tutti/train/fit.hpp>

using namespace tutti;

void learn(const Dataset<Row<4>, Label<3>>& flowers) {
#ifdef REPAIRED
  fit(Cascade{Standardize{}, Standardize{}, Logistic{}}, flowers);
#else
  fit(Cascade{Standardize{}, Standardize{}, Standardize{}}, flowers);
#endif
}

int main() {}

// EXPECT: Mismatch<FineTune<.*GetsType<Fitted<Forest.*a_fitted_net>
#include <tutti/layer.hpp>
#include <tutti/model/fine_tune_fit.hpp>
#include <tutti/model/forest_fit.hpp>
#include <tutti/train/fit.hpp>

using namespace tutti;

using Net = Cascade<Dense<8>, ReLU, Dense<>>;

void learn(const Dataset<Row<4>, Label<3>>& rows) {
#ifdef REPAIRED
  fit(FineTune{Net{}, fit(Net{}, rows)}, rows);
#else
  fit(FineTune{Net{}, fit(Forest{}, rows)}, rows);
#endif
}

int main() {}

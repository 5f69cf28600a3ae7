// EXPECT: Mismatch<FineTune<.*GetsType<Dataset<Row<5>, ?Label<3> ?> ?>, ?the_inputs_of_the_fitted_net>
#include <tutti/layer.hpp>
#include <tutti/model/fine_tune_fit.hpp>
#include <tutti/train/fit.hpp>

using namespace tutti;

using Net = Cascade<Dense<8>, ReLU, Dense<>>;

void learn(const Fitted<Net, Row<4>, Label<3>>& fitted, const Dataset<Row<4>, Label<3>>& rows, const Dataset<Row<5>, Label<3>>& wide) {
#ifdef REPAIRED
  fit(FineTune{Net{}, fitted}, rows);
#else
  fit(FineTune{Net{}, fitted}, wide);
#endif
  (void)rows, (void)wide;
}

int main() {}

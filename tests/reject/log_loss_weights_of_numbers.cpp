// EXPECT: Mismatch<Average<LogLossWeights, Ridge, Ridge>, GetsType<Real>, labels_to_learn_these_weights_from>
#include <tutti/combine/learnt_weights.hpp>
#include <tutti/model/ridge.hpp>
#include <tutti/train/fit.hpp>

using namespace tutti;

void learn(const Dataset<Row<4>, Real>& houses) {
#ifdef REPAIRED
  fit(Average{LeastSquaresWeights{}, Ridge{}, Ridge{}}, houses);
#else
  fit(Average{LogLossWeights{}, Ridge{}, Ridge{}}, houses);
#endif
}

int main() {}

// EXPECT: Mismatch<Average<LeastError, Forest, Forest>, GetsType<Label<3>>, numbers_to_learn_these_weights_from>
#include <tutti/combine/learnt_weights.hpp>
#include <tutti/model/forest.hpp>
#include <tutti/train/fit.hpp>

using namespace tutti;

struct LeastError {
  Buffer<double> weights(const MemberOutputs& said) const;
  static constexpr bool labels = false;
};

void learn(const Dataset<Row<4>, Label<3>>& flowers) {
#ifdef REPAIRED
  fit(Average{LogLossWeights{}, Forest{}, Forest{}}, flowers);
#else
  fit(Average{LeastError{}, Forest{}, Forest{}}, flowers);
#endif
}

int main() {}

// EXPECT: Mismatch<Stack<.*Member<0, Average<AccuracyWeights.*no_weights_because_the_meta_learner_weighs_the_members>
#include <tutti/combine/learnt_weights.hpp>
#include <tutti/combine/stack.hpp>
#include <tutti/model/ridge.hpp>
#include <tutti/train/fit.hpp>

using namespace tutti;

void learn(const Dataset<Row<4>, Real>& houses) {
#ifdef REPAIRED
  fit(Stack{Average{Average{AccuracyWeights{}, Ridge{}, Ridge{}}}, Ridge{}}, houses);
#else
  fit(Stack{Average{AccuracyWeights{}, Ridge{}, Ridge{}}, Ridge{}}, houses);
#endif
}

int main() {}

// EXPECT: Mismatch<Stack<.*Member<0, Average<Weights<2>.*no_weights_because_the_meta_learner_weighs_the_members>
#include <tutti/combine/average.hpp>
#include <tutti/combine/stack.hpp>
#include <tutti/model/forest.hpp>
#include <tutti/model/logistic.hpp>
#include <tutti/model/ridge.hpp>
#include <tutti/train/fit.hpp>

using namespace tutti;

void learn(const Dataset<Row<4>, Label<3>>& flowers) {
#ifdef REPAIRED
  fit(Stack{Average{Forest{}, Logistic{}}, Ridge{}}, flowers);
#else
  fit(Stack{Average{Weights{2, 1}, Forest{}, Logistic{}}, Ridge{}}, flowers);
#endif
}

int main() {}

// EXPECT: Mismatch<Average<Logistic, Ridge>, Member<1, Ridge>, labels_but_it_predicts_numbers>
// As the meta-learner Ridge is welcome, as a member that must name a label it is not.
#include <tutti/combine/average.hpp>
#include <tutti/combine/stack.hpp>
#include <tutti/model/forest.hpp>
#include <tutti/model/logistic.hpp>
#include <tutti/model/ridge.hpp>
#include <tutti/train/fit.hpp>

using namespace tutti;

void learn(const Dataset<Row<4>, Label<3>>& flowers) {
#ifdef REPAIRED
  fit(Stack{Vote{Forest{}, Average{Logistic{}, Logistic{}}}, Ridge{}}, flowers);
#else
  fit(Stack{Vote{Forest{}, Average{Logistic{}, Ridge{}}}, Ridge{}}, flowers);
#endif
}

int main() {}

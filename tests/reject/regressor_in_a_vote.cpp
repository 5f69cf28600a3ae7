// EXPECT: Mismatch<Vote<Forest, Ridge>, Member<1, Ridge>, labels_but_it_predicts_numbers>
#include <tutti/combine/vote.hpp>
#include <tutti/model/forest.hpp>
#include <tutti/model/logistic.hpp>
#include <tutti/model/ridge.hpp>
#include <tutti/train/fit.hpp>

using namespace tutti;

void learn(const Dataset<Row<4>, Label<3>>& flowers) {
#ifdef REPAIRED
  fit(Vote{Forest{}, Logistic{}}, flowers);
#else
  fit(Vote{Forest{}, Ridge{}}, flowers);
#endif
}

int main() {}

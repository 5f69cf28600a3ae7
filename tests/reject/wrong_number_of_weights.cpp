// EXPECT: Mismatch<Average<Weights<3>, Forest, Logistic>, GetsType<Weights<3>>, a_weight_for_every_member>
#include <tutti/combine/average.hpp>
#include <tutti/model/forest.hpp>
#include <tutti/model/logistic.hpp>
#include <tutti/train/fit.hpp>

using namespace tutti;

void learn(const Dataset<Row<4>, Label<3>>& flowers) {
#ifdef REPAIRED
  fit(Average{Weights{3, 2}, Forest{}, Logistic{}}, flowers);
#else
  fit(Average{Weights{3, 2, 1}, Forest{}, Logistic{}}, flowers);
#endif
}

int main() {}

// EXPECT: Mismatch<Select<Forest, Forest, Logistic>, GetsType<Forest>, a_gate_in_front_of_the_members>
#include <tutti/combine/select.hpp>
#include <tutti/model/forest.hpp>
#include <tutti/model/logistic.hpp>
#include <tutti/train/fit.hpp>

using namespace tutti;

void learn(const Dataset<Row<4>, Label<3>>& flowers) {
#ifdef REPAIRED
  fit(Select{Gate{Forest{}}, Forest{}, Logistic{}}, flowers);
#else
  fit(Select{Forest{}, Forest{}, Logistic{}}, flowers);
#endif
}

int main() {}

// EXPECT: Mismatch<Boost<Logistic>, Member<0, Logistic>, numbers_but_it_predicts_labels>
#include <tutti/combine/boost_fit.hpp>
#include <tutti/model/logistic_fit.hpp>
#include <tutti/model/ridge_fit.hpp>

using namespace tutti;

void learn(const Dataset<Row<4>, Label<3>>& flowers) {
#ifdef REPAIRED
  fit(Boost{Ridge{}}, flowers);
#else
  fit(Boost{Logistic{}}, flowers);
#endif
}

int main() {}

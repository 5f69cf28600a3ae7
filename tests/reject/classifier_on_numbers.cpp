// EXPECT: Mismatch<Logistic, GetsType<Real>, numbers_but_it_predicts_labels>
#include <tutti/model/logistic.hpp>
#include <tutti/model/ridge.hpp>
#include <tutti/train/fit.hpp>

using namespace tutti;

void learn(const Dataset<Row<4>, Real>& prices) {
#ifdef REPAIRED
  fit(Ridge{}, prices);
#else
  fit(Logistic{}, prices);
#endif
}

int main() {}

// EXPECT: Mismatch<Adaptive<.*, GetsType<Table>, rows_of_numbers_because_it_keeps_them>
#include <tutti/combine/adaptive_fit.hpp>
#include <tutti/model/naive_bayes_fit.hpp>

using namespace tutti;

void learn(const Dataset<Row<4>, Label<3>>& flowers, const Dataset<Table, Label<3>>& loans) {
#ifdef REPAIRED
  (void)loans;
  fit(Adaptive{NaiveBayes{}}, flowers);
#else
  (void)flowers;
  fit(Adaptive{NaiveBayes{}}, loans);  // rows of a table are not copied
#endif
}

int main() {}

// EXPECT: Mismatch<Stack<Average<NaiveBayes<.*>>, NaiveBayes<.*>>, GetsType<Dataset<Row<4>, Label<3>>>, the_capability_incremental>
#include <tutti/combine/stack_fit.hpp>
#include <tutti/combine/average.hpp>
#include <tutti/core/update.hpp>
#include <tutti/model/naive_bayes_fit.hpp>

using namespace tutti;

void learn(const Dataset<Row<4>, Label<3>>& flowers) {
#ifdef REPAIRED
  const auto model = fit(Average{NaiveBayes{}}, flowers);
#else
  const auto model = fit(Stack{Average{NaiveBayes{}}, NaiveBayes{}}, flowers);  // its head would learn what members say of rows they have seen
#endif
  auto state = learning_state(model);
  update(model, flowers, state);
}

int main() {}

// EXPECT: Mismatch<Vote<.*Member<1, Frozen<Fitted<Forest, Row<5>, Label<3>.*the_inputs_and_targets_it_was_fitted_on>
#include <tutti/combine/frozen.hpp>
#include <tutti/combine/vote.hpp>
#include <tutti/model/forest.hpp>
#include <tutti/train/fit.hpp>

using namespace tutti;

void learn(const Dataset<Row<4>, Label<3>>& flowers, const Fitted<Forest, Row<5>, Label<3>>& wide, const Fitted<Forest, Row<4>, Label<3>>& narrow) {
#ifdef REPAIRED
  fit(Vote{Forest{}, Frozen{narrow}}, flowers);
#else
  fit(Vote{Forest{}, Frozen{wide}}, flowers);
#endif
}

int main() {}

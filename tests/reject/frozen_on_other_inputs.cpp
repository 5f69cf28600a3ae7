// EXPECT: Mismatch<Vote<.*Member<1, Frozen<Fitted<Forest, Row<5>, Label<3>.*the_inputs_and_targets_it_was_fitted_on>
#include <tutti/combine/frozen.hpp>
#include <tutti/combine/vote.hpp>
#include <tutti/model/forest.hpp>
#include <tutti/train/fit.hpp>

using namespace tutti;

#ifdef REPAIRED
using Seen = Row<4>;
#else
using Seen = Row<5>;
#endif

void learn(const Dataset<Row<4>, Label<3>>& flowers, const Fitted<Forest, Seen, Label<3>>& earlier) {
  fit(Vote{Forest{}, Frozen{earlier}}, flowers);
}

int main() {}

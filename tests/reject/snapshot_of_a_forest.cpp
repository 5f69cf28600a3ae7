// EXPECT: Mismatch<Snapshot<Forest>, Member<0, Forest>, a_net_that_is_trained_in_cycles>
#include <tutti/combine/snapshot_fit.hpp>
#include <tutti/layer.hpp>
#include <tutti/model/forest_fit.hpp>
#include <tutti/model/network_fit.hpp>

using namespace tutti;

void learn(const Dataset<Row<4>, Label<3>>& rows) {
#ifdef REPAIRED
  fit(Snapshot{Cascade<Dense<8>, ReLU, Dense<>>{}}, rows);
#else
  fit(Snapshot{Forest{}}, rows);
#endif
}

int main() {}

// EXPECT: Mismatch<Vote<>, GetsType<meta::List<>>, at_least_one_member>
#include <tutti/combine/vote.hpp>
#include <tutti/model/forest.hpp>
#include <tutti/train/fit.hpp>

using namespace tutti;

void learn(const Dataset<Row<4>, Label<3>>& flowers) {
#ifdef REPAIRED
  fit(Vote{Forest{}}, flowers);
#else
  fit(Vote{}, flowers);
#endif
}

int main() {}

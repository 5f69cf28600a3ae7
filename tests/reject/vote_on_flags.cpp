// EXPECT: Mismatch<Vote<Dense<-2>, Dense<-2>>, GetsType<Flags<3>>, labels_to_vote_on>
#include <tutti/combine.hpp>
#include <tutti/layer.hpp>
#include <tutti/model.hpp>

using namespace tutti;

void learn(const Dataset<Row<4>, Flags<3>>& songs) {
#ifdef REPAIRED
  fit(Average{Dense<>{}, Dense<>{}}, songs);
#else
  fit(Vote{Dense<>{}, Dense<>{}}, songs);
#endif
}

int main() {}

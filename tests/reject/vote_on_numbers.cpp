// EXPECT: Mismatch<Vote<Ridge, Ridge>, GetsType<Real>, labels_to_vote_on>
#include <tutti/combine/average.hpp>
#include <tutti/combine/vote.hpp>
#include <tutti/model/ridge.hpp>
#include <tutti/train/fit.hpp>

using namespace tutti;

void learn(const Dataset<Row<4>, Real>& prices) {
#ifdef REPAIRED
  fit(Average{Ridge{}, Ridge{.lambda = 9}}, prices);
#else
  fit(Vote{Ridge{}, Ridge{.lambda = 9}}, prices);
#endif
}

int main() {}

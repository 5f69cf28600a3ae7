// EXPECT: Mismatch<Average<LearntWeights, Forest, Logistic>.*LearntWeights
#include <tutti/combine/average.hpp>
#include <tutti/model/forest.hpp>
#include <tutti/model/logistic.hpp>
#include <tutti/train/fit.hpp>

using namespace tutti;

void learn(const Dataset<Row<4>, Label<3>>& flowers) {
#ifdef REPAIRED
  fit(Average<Forest, Logistic>{}, flowers);
#else
  fit(Average<LearntWeights, Forest, Logistic>{}, flowers);
#endif
}

int main() {}

// EXPECT: Mismatch<Forest, GetsType<Flags<3>>, labels_or_numbers_because_it_does_not_learn_flags>
#include <tutti/layer.hpp>
#include <tutti/model.hpp>
#include <tutti/train/fit.hpp>

using namespace tutti;

void learn(const Dataset<Row<4>, Flags<3>>& songs) {
#ifdef REPAIRED
  fit(Network{Dense<>{}}, songs);
#else
  fit(Forest{}, songs);
#endif
}

int main() {}

// EXPECT: Mismatch<Average<Frozen<Fitted<Ridge, Row<4>, Real.*members_that_are_frozen>
#include <tutti/combine/assemble.hpp>
#include <tutti/model/ridge.hpp>

using namespace tutti;

void combine(const Fitted<Ridge, Row<4>, Real>& old_model) {
#ifdef REPAIRED
  assemble(Average{Frozen{old_model}, Frozen{old_model}});
#else
  assemble(Average{Frozen{old_model}, Ridge{}});
#endif
}

int main() {}

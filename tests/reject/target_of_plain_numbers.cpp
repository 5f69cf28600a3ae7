// EXPECT: Mismatch<Row<4>, GetsType<int>, a_target_such_as_Label_or_Real>
#include <tutti/data/csv.hpp>

using namespace tutti;

auto flowers() {
#ifdef REPAIRED
  return read_csv<Row<4>, Label<3>>("flowers.csv", {.target = "species"});
#else
  return read_csv<Row<4>, int>("flowers.csv", {.target = "species"});
#endif
}

int main() {}

// EXPECT: Mismatch<Row<4>, GetsType<Label<3>>, inputs_such_as_Row_or_Table>
#include <tutti/data/csv.hpp>

using namespace tutti;

auto flowers() {
#ifdef REPAIRED
  return read_csv<Row<4>, Label<3>>("flowers.csv", {.target = "species"});
#else
  return read_csv<Label<3>, Row<4>>("flowers.csv", {.target = "species"});
#endif
}

int main() {}

// EXPECT: Mismatch<Forest, GetsType<CsvStream<Row<4>, Label<2>>>, rows_in_memory>
#include <tutti/model.hpp>
#include <tutti/train/fit.hpp>

using namespace tutti;

void learn(const CsvStream<Row<4>, Label<2>>& rows) {
#ifdef REPAIRED
  fit(Boost{Tree{}}, rows);
#else
  fit(Forest{}, rows);
#endif
}

int main() {}

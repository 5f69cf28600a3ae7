// EXPECT: Mismatch<Boost<Tree>, GetsType<CsvStream<Image<1, 8, 8>, Label<2>>>, a_stream_of_rows_or_of_tables>
#include <tutti/model.hpp>
#include <tutti/train/fit.hpp>

using namespace tutti;

#ifdef REPAIRED
void learn(const CsvStream<Row<64>, Label<2>>& pictures) {
#else
void learn(const CsvStream<Image<1, 8, 8>, Label<2>>& pictures) {
#endif
  fit(Boost{Tree{}}, pictures);
}

int main() {}

// EXPECT: Mismatch<Logistic, GetsType<Text>, numbers_because_it_does_not_read_text>
#include <tutti/combine.hpp>
#include <tutti/model/hash_words.hpp>
#include <tutti/model/logistic.hpp>
#include <tutti/train/fit.hpp>

using namespace tutti;

void learn(const Dataset<Text, Label<2>>& reviews) {
#ifdef REPAIRED
  fit(Cascade{HashWords<64>{}, Logistic{}}, reviews);
#else
  fit(Logistic{}, reviews);
#endif
}

int main() {}

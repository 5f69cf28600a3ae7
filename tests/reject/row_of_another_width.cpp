// EXPECT: Mismatch<Fitted<Forest, Row<4>, Label<3>.*Gets<3>, a_row_of<Row<4>>>
#include <tutti/core/fitted.hpp>
#include <tutti/model/forest.hpp>

using namespace tutti;

void ask(const Fitted<Forest, Row<4>, Label<3>>& model) {
#ifdef REPAIRED
  model.predict(std::array<float, 4>{5.1f, 3.5f, 1.4f, 0.2f});
#else
  model.predict(std::array<float, 3>{5.1f, 3.5f, 1.4f});
#endif
}

int main() {}

// EXPECT: Mismatch<Majority, GetsType<Dataset<Row<4>, Label<3>>>, a_fit_member_for_these_inputs_and_targets>
#include <tutti/train/fit.hpp>

using namespace tutti;

struct Majority {
  template <class Y>
  struct Model {
    Y most{};
    Y predict(const auto&) const { return most; }
  };
#ifdef REPAIRED
  template <class X, class Y>
  Model<Y> fit(const Dataset<X, Y>&, Context) const {
    return {};
  }
#endif
};

void learn(const Dataset<Row<4>, Label<3>>& flowers) {
  fit(Majority{}, flowers);
}

int main() {}

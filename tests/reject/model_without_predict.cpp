// EXPECT: Mismatch<Average<Majority>, Member<0, Majority>, a_predict_member_in_what_fit_returns>
#include <tutti/combine/average.hpp>
#include <tutti/train/fit.hpp>

using namespace tutti;

struct Majority {
  template <class Y>
  struct Model {
    Y most{};
#ifdef REPAIRED
    Y predict(const auto&) const { return most; }
#endif
  };
  template <class X, class Y>
  Model<Y> fit(const Dataset<X, Y>&, Context) const {
    return {};
  }
};

void learn(const Dataset<Row<4>, Label<3>>& flowers) {
  fit(Average{Majority{}}, flowers);
}

int main() {}

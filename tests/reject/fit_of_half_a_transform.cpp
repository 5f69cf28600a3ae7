// EXPECT: Mismatch<Halves, GetsModel<Halves::Model<Row<4>>>, width_and_transform_members_in_what_fit_returns>
#include <tutti/train/fit_transform.hpp>

using namespace tutti;

struct Halves {
  static constexpr Shape infer(Shape in) { return in; }
  template <class X>
  struct Model {
    int width() const { return 4; }
#ifdef REPAIRED
    void transform(const ViewOf<X>& x, float* out) const noexcept {
      x.copy_to(out);
      for (int j = 0; j < 4; ++j) out[j] /= 2;
    }
#endif
  };
  template <class X, class Y>
  Model<X> fit(const Dataset<X, Y>&, Context) const {
    return {};
  }
};

void learn(const Dataset<Row<4>>& flowers) { fit(Halves{}, flowers); }

int main() {}

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/layer/branches.hpp>

namespace tutti {

/// A layer that reads one field of a record: y = f(x.field).
/// Needs    a record with a field of that name.
/// Cost     that of its layer, plus a copy of the field.
template <meta::FixedString Name, class In_, class T, class L>
class OnNode {
  using FieldIn = typename In_::template Part<Name>;
  using Inner = NodeOf<L, FieldIn, T>;

 public:
  using In = In_;
  using Out = typename Inner::Out;
  static constexpr bool couples_rows = Inner::couples_rows;
  static constexpr bool in_place = false, undoes_in_place = false, forgets_output = false;

  constexpr OnNode(const On<Name, L>& spec, In in) : in_(in), inner_(spec.member, in.template part<Name>()) {}

  constexpr const In& in() const noexcept { return in_; }
  constexpr const Out& out() const noexcept { return inner_.out(); }
  constexpr void parameters(auto& visit) { inner_.parameters(visit); }
  constexpr void buffers(auto& visit) { inner_.buffers(visit); }
  constexpr std::ptrdiff_t saved_size() const { return width() + inner_.saved_size(); }
  constexpr std::ptrdiff_t scratch_size(std::ptrdiff_t rows, std::ptrdiff_t cut, bool training) const {
    return rows * width() + scratch_for_rows(inner_, rows, cut, training);
  }

  void forward(Rows<const T> x, Rows<T> y, const Pass<T>& pass) const noexcept {
    const Rows<T> field(pass.training ? pass.saved : pass.scratch, x.rows(), width());
    detail::copy_columns(x, in_.template offset<Name>(), field);
    forward_rows<couples_rows>(inner_, Rows<const T>(field), y, inside(pass, x.rows()));
  }
  void backward(Rows<const T> x, Rows<const T> y, Rows<const T> dy, Rows<T> dx,
                const Pass<T>& pass) const noexcept {
    const Rows<const T> field(pass.saved, x.rows(), width());
    Rows<T> towards = dx;
    if (dx.data() != nullptr) towards = Rows<T>(pass.scratch, x.rows(), width());
    backward_rows<couples_rows>(inner_, field, y, dy, towards, inside(pass, x.rows()));
    if (dx.data() == nullptr) return;
    std::fill_n(dx.data(), dx.size(), T(0));
    detail::paste_columns(Rows<const T>(towards), dx, in_.template offset<Name>());
  }

 private:
  constexpr std::ptrdiff_t width() const { return inner_.in().size(); }
  Pass<T> inside(const Pass<T>& pass, std::ptrdiff_t rows) const noexcept {
    return pass.inside(0, pass.saved == nullptr ? nullptr : pass.saved + rows * width(),
                       pass.scratch + rows * width());
  }

  [[no_unique_address]] In in_;
  Inner inner_;
};

namespace detail {
template <class In>
inline constexpr bool has_fields = false;
template <int Classes_, class... Fields>
inline constexpr bool has_fields<RecordExtents<Classes_, Fields...>> = true;

template <class In>
struct Got : WordOf<error::Gets, In::traced> {};
template <int Classes_, class... Fields>
struct Got<RecordExtents<Classes_, Fields...>> {
  using type = error::GetsType<Record<Fields...>>;
};

constexpr InputShape field_shape(const InputShape& in, int field) {
  return with_classes(in.parts[field], in.row.classes);
}
}  // namespace detail

template <meta::FixedString Name, class L>
struct LayerBehaviour<On<Name, L>> {
  template <class In, class T>
  using Node = OnNode<Name, In, T, L>;

  static constexpr Traced trace(const InputShape& in) {
    const int field = in.find(Name.view());
    return field < 0 ? Traced{} : tutti::trace<L>(detail::field_shape(in, field));
  }

  template <int Index, class In>
  static constexpr auto diagnose() {
    using Got = typename detail::Got<In>::type;
    if constexpr (!detail::has_fields<In>)
      return detail::mismatch<Index, On<Name, L>, Got, error::a_record_as_input>();
    else if constexpr (traced_input<In>().find(Name.view()) < 0)
      return detail::mismatch<Index, On<Name, L>, Got, error::field<Name>>();
    else return detail::diagnose_part<Index, L, typename In::template Part<Name>>();
  }

  static void explain(const InputShape& in, int index) {
    LayerBehaviour<L>::explain(detail::field_shape(in, in.find(Name.view())), index);
  }
};

}  // namespace tutti

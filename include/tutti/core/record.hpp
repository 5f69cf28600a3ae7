// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/meta/fixed_string.hpp>
#include <tutti/meta/list.hpp>
#include <tutti/core/input.hpp>

#include <memory>
#include <string>
#include <tuple>

namespace tutti {

/// One named part of a record: Field<"picture", Image<3, 32, 32>>.
template <meta::FixedString Name, Input X>
struct Field {
  using Type = X;
  static constexpr auto name = Name;
};

namespace detail {
template <meta::FixedString Name, class... Fields>
constexpr int field_index() {
  constexpr bool same[] = {Fields::name == Name...};
  for (int i = 0; i < static_cast<int>(sizeof...(Fields)); ++i)
    if (same[i]) return i;
  return -1;
}
}  // namespace detail

/// The views of all fields; read by name, or as one long row in the order of the fields.
template <class... Fields>
class RecordView {
 public:
  constexpr RecordView() = default;
  constexpr RecordView(ViewOf<typename Fields::Type>... fields) noexcept : fields_(fields...) {}

  template <meta::FixedString Name>
  constexpr auto get() const noexcept {
    return std::get<static_cast<std::size_t>(detail::field_index<Name, Fields...>())>(fields_);
  }
  constexpr int size() const noexcept {
    return std::apply([](const auto&... f) { return (0 + ... + f.size()); }, fields_);
  }
  constexpr float operator[](std::ptrdiff_t j) const noexcept {
    float value = 0;
    bool found = false;
    std::apply(
        [&](const auto&... f) {
          const auto look = [&](const auto& field) {
            if (found) return;
            if (j < field.size()) {
              value = field[j];
              found = true;
            } else {
              j -= field.size();
            }
          };
          (look(f), ...);
        },
        fields_);
    return value;
  }
  template <class T>
  constexpr void copy_to(T* out) const noexcept {
    std::apply([&](const auto&... f) { ((f.copy_to(out), out += f.size()), ...); }, fields_);
  }

 private:
  std::tuple<ViewOf<typename Fields::Type>...> fields_;
};

/// The storages of all fields side by side, each shared with whoever else holds it.
template <class... Fields>
class RecordStorage {
 public:
  RecordStorage() = default;
  explicit RecordStorage(std::shared_ptr<const typename Fields::Type::Storage>... fields) : fields_(std::move(fields)...) {
    std::apply([&](const auto&... f) { (check(f->size() == size(), {"expected every field to have ", size(), " rows"}, f->size()), ...); }, fields_);
  }

  template <int I>
  const auto& field() const noexcept {
    return std::get<I>(fields_);
  }
  std::ptrdiff_t size() const noexcept { return std::get<0>(fields_) ? std::get<0>(fields_)->size() : 0; }
  int width() const noexcept {
    return std::apply([](const auto&... f) { return (0 + ... + f->width()); }, fields_);
  }
  template <class View>
  View view(std::ptrdiff_t i) const noexcept {
    return std::apply([&](const auto&... f) { return View(f->template view<ViewOf<typename Fields::Type>>(i)...); }, fields_);
  }

 private:
  std::tuple<std::shared_ptr<const typename Fields::Type::Storage>...> fields_;
};

/// Several inputs that belong to one row, each with a name: Record<Field<"picture", Image<3, 32, 32>>, Field<"facts", Row<5>>>.
/// A member reads one of them through On<"picture", M>; read as a whole it is one long row of numbers.
template <class... Fields>
struct Record {
  static_assert(sizeof...(Fields) > 0, "a record has at least one field");
  static constexpr Shape shape = [] {
    const int sizes[] = {Fields::Type::shape.size()...};
    int total = 0;
    for (const int n : sizes) total = (n == Dynamic || total == Dynamic) ? Dynamic : total + n;
    return tutti::shape(total);
  }();
  /// Numbers in the fields of static width together.
  static constexpr int static_width = (0 + ... + (Fields::Type::shape.size() == Dynamic ? 0 : Fields::Type::shape.size()));
  using View = RecordView<Fields...>;
  using Storage = RecordStorage<Fields...>;

  template <meta::FixedString Name>
  static constexpr int index_of = detail::field_index<Name, Fields...>();
  template <meta::FixedString Name>
  static constexpr bool has = index_of<Name> >= 0;
  template <meta::FixedString Name>
  using FieldType = typename meta::at<static_cast<std::size_t>(index_of<Name>), Fields...>::Type;
};

template <class X>
inline constexpr bool is_record = meta::is_instance_of<X, Record>;

namespace meta {
template <FixedString Name, class X>
struct TypeName<Field<Name, X>> {
  static void append(std::string& out) {
    out += "Field<\"";
    out += Name.view();
    out += "\", ";
    TypeName<X>::append(out);
    out += '>';
  }
};
}  // namespace meta

}  // namespace tutti

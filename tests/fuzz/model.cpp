// SPDX-License-Identifier: Apache-2.0
// Saved models. Input: a byte for the type and one for how, then the whole file, its payload, or the fields of its model alone.
// The last two get their checksums and their type name from here, or else no change would ever get past these.
#include "models.hpp"
#include "input.hpp"

#include <algorithm>
#include <bit>
#include <vector>

namespace {

using namespace tutti;

/// Numbers of a row in memory of exactly that size, so that a sanitizer sees its end.
template <class X> struct Numbers {
  Numbers(int width, unsigned seed) : values(static_cast<std::size_t>(width)) {
    constexpr double odd[] = {0.5, -3, 1e30, 0, 200};
    constexpr bool real = std::is_same_v<typename X::Element, float>;
    for (auto& v : values) v = static_cast<typename X::Element>(real ? odd[seed++ % 5] : seed++ % 256);
  }
  ViewOf<X> view() const { return ViewOf<X>(values.data(), static_cast<int>(values.size())); }
  std::vector<typename X::Element> values;
};
template <class First, class Second> struct Numbers<Record<First, Second>> {
  static constexpr int own = First::Type::shape.size();
  Numbers(int width, unsigned seed) : first(own, seed), second(std::max(width - own, 0), seed) {}
  ViewOf<Record<First, Second>> view() const { return {first.view(), second.view()}; }
  Numbers<typename First::Type> first;
  Numbers<typename Second::Type> second;
};

template <class Model> void loads(std::span<const std::byte> file) {
  Model model;
  try {
    model = from_bytes<Model>(file);
  } catch (const FileError& error) {
    if (error.what()[0] == '\0') fuzz::found("an error says nothing");
    return;
  }
  const auto saved = to_bytes(model);
  if (!(to_bytes(from_bytes<Model>(saved)) == saved)) fuzz::found("what was saved is loaded as something else");
  if (model.width() > 1000 || model.outputs() > 1000) return;
  for (unsigned seed = 0; seed < 3; ++seed) {
    const Numbers<typename Model::InputType> row(model.width(), seed);
    (void)model.predict(row.view());
    if constexpr (has_probabilities<typename Model::TargetType>) (void)model.probabilities(row.view());
  }
}

template <class Model> void loads(unsigned how, std::string_view input) {
  const std::span<const std::byte> bytes(reinterpret_cast<const std::byte*>(input.data()), input.size());
  if (how == 0) return loads<Model>(bytes);
  Writer out;
  if (how == 2) out("type", type_name<Model>());
  Buffer<std::byte> payload = out.bytes();
  payload.append(bytes.data(), bytes.size());
  loads<Model>(detail::with_header(payload));
}

template <class... Model> void loads_one_of(meta::List<Model...>, unsigned which, unsigned how, std::string_view input) {
  unsigned i = 0;
  ((i++ == which ? loads<Model>(how, input) : void()), ...);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const unsigned which = input.choice(fuzz::Models::size), how = input.choice(3);
  loads_one_of(fuzz::Models{}, which, how, input.rest());
  return 0;
}

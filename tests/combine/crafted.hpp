// SPDX-License-Identifier: Apache-2.0
// Files of models with numbers written over their bytes: whatever they claim about sizes, nothing is read beyond them.
#pragma once
#include <tutti/core/file.hpp>

#include <cstring>
#include <initializer_list>
#include <vector>

namespace learners {

using namespace tutti;

struct CraftedFiles {
  int refused = 0, accepted = 0;
};
struct AsksNoMore {
  void operator()(const auto&, const auto&) const {}
};
/// A file with each of these values at every `step`-th byte behind its header: refused with a FileError, or a model that predicts and
/// can be asked `more(model, row)`.
template <class Model, class More = AsksNoMore>
CraftedFiles crafted_files(const std::vector<std::byte>& file, std::size_t step = 1,
                           std::initializer_list<std::int32_t> values = {0, 1, 2, 4, 1 << 20, -1}, More more = {}) {
  using View = typename Model::View;
  const std::vector<std::byte> payload(file.begin() + 64, file.end());
  CraftedFiles seen;
  for (std::size_t i = 0; i + sizeof(std::int32_t) <= payload.size(); i += step)
    for (const std::int32_t value : values) {
      auto crafted = payload;
      if (std::memcmp(crafted.data() + i, &value, sizeof value) == 0) continue;
      std::memcpy(crafted.data() + i, &value, sizeof value);
      try {
        const auto m = from_bytes<Model>(detail::with_header(crafted));
        std::vector<float> row(static_cast<std::size_t>(m.width()), 0.5f);  // of its own size: a sanitizer sees the end
        if (row.size() > 1000) continue;
        const View x(row.data(), m.width());
        (void)m.predict_unchecked(x);
        if constexpr (requires { m.probabilities(x); }) (void)m.probabilities(x);
        more(m, x);
        ++seen.accepted;
      } catch (const FileError&) {
        ++seen.refused;
      }
    }
  return seen;
}

}  // namespace learners

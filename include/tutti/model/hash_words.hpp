// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/capabilities.hpp>
#include <tutti/core/context.hpp>
#include <tutti/core/input.hpp>
#include <tutti/core/text.hpp>
#include <tutti/model/murmur_hash.hpp>

#include <cmath>
#include <cstdint>
#include <string_view>

namespace tutti {

namespace detail {

/// Letters, digits and _ of ASCII, and every byte of other letters in UTF-8.
constexpr bool is_word_byte(unsigned char c) noexcept {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80;
}

/// take(hash) for every run of 1 to `ngrams` neighbouring words of at least two bytes, in lower case, with a blank between.
template <class Take>
void each_word(std::string_view text, int ngrams, Take&& take) {
  constexpr int most = 8;
  std::string_view words[most];
  int count = 0;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i;
    while (end < text.size() && is_word_byte(static_cast<unsigned char>(text[end]))) ++end;
    if (end - i < 2) {
      i = end + (end == i);
      continue;
    }
    words[count++ % most] = text.substr(i, end - i);
    for (int n = 1; n <= ngrams && n <= count; ++n) {
      MurmurHash hash;
      for (int w = n; w > 0; --w) {
        for (const char c : words[(count - w) % most]) hash.add(c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c);
        if (w > 1) hash.add(' ');
      }
      take(static_cast<std::int32_t>(hash.value()));
    }
    i = end;
  }
}

}  // namespace detail

/// The words of a text as a row of N numbers: each word, and each run of up to `ngrams` words, counts at the place that its
/// hash names, with the sign that its hash has, so that words which share a place tend to cancel; then the row is scaled to
/// length 1. With `rarity` a place counts ln((1 + rows) / (1 + rows with it)) + 1 times as much.
/// Words are two or more letters, digits or _ in a row; upper and lower case of A to Z are one.
/// Shapes   x (a text) -> y (N).
/// Cost     fit: nothing without rarity, with it one pass; transform: about 10 ns a byte and N.
/// Errors   FitError for ngrams that are not 1 to 8.
/// Source   Weinberger et al., Feature hashing for large scale multitask learning (ICML 2009); scikit-learn 1.2,
///          HashingVectorizer and TfidfTransformer, whose places and signs these are for texts of ASCII.
template <int N = 1024>
struct HashWords {
  static_assert(N > 0, "HashWords<N> makes N numbers");
  static constexpr Capabilities capabilities{.labels = true, .numbers = true, .flags = true, .weights = true, .text = true};
  static constexpr Shape infer(Shape) { return shape(N); }

  int ngrams = 1;
  bool signs = true;    // false: places count up only
  bool rarity = false;  // words that few texts have count more
  bool scale = true;    // rows of length 1

  template <class X, class Y>
  struct Model {
    int ngrams = 1;
    bool signs = true, scale = true;
    Buffer<double> rarity{};  // of each place, or empty

    static constexpr int width() noexcept { return N; }

    template <class T>
    void transform(const ViewOf<X>& x, T* out) const noexcept {
      for (int j = 0; j < N; ++j) out[j] = 0;
      detail::each_word(x.text(), ngrams, [&](std::int32_t hash) { out[place(hash)] += signs && hash < 0 ? T(-1) : T(1); });
      double square = 0;
      for (int j = 0; j < N; ++j) {
        if (!rarity.empty()) out[j] = static_cast<T>(static_cast<double>(out[j]) * rarity[static_cast<std::size_t>(j)]);
        square += static_cast<double>(out[j]) * static_cast<double>(out[j]);
      }
      if (!scale || square == 0) return;
      const double length = std::sqrt(square);
      for (int j = 0; j < N; ++j) out[j] = static_cast<T>(static_cast<double>(out[j]) / length);
    }
    static int place(std::int32_t hash) noexcept {
      const auto size = hash < 0 ? -static_cast<std::int64_t>(hash) : static_cast<std::int64_t>(hash);
      return static_cast<int>(size % N);
    }

    static void visit(auto& self, auto& archive) {
      archive("ngrams", self.ngrams)("signs", self.signs)("scale", self.scale)("rarity", self.rarity);
    }
    void loaded() const {
      check<FileError>(ngrams >= 1 && ngrams <= 8, "expected 1 to 8 words in a run", ngrams);
      check<FileError>(rarity.empty() || rarity.size() == N, {"expected the rarity of ", N, " places"}, rarity.size());
    }
  };

  template <class X, class Y>
  Model<X, Y> fit(const Dataset<X, Y>& data, Context context) const {
    static_assert(is_text<X>, "HashWords reads Text");
    if (ngrams < 1 || ngrams > 8) throw FitError(context.path().empty() ? "HashWords" : context.path(), detail::joined({"expected 1 to 8 words in a run, got ", ngrams}));
    Model<X, Y> model{ngrams, signs, scale, {}};
    if (!rarity) return model;
    Buffer<double> rows_with(N);
    Buffer<std::ptrdiff_t> last(N, -1);
    double rows = 0;
    for (std::ptrdiff_t i = 0; i < data.rows(); ++i) {
      const auto w = static_cast<double>(data.weight(i));
      rows += w;
      detail::each_word(data.x(i).text(), ngrams, [&](std::int32_t hash) {
        const auto at = static_cast<std::size_t>(Model<X, Y>::place(hash));
        if (last[at] != i) rows_with[at] += w;
        last[at] = i;
      });
    }
    model.rarity.resize(N);
    for (std::size_t j = 0; j < N; ++j) model.rarity[j] = std::log((1 + rows) / (1 + rows_with[j])) + 1;
    return model;
  }

  static void visit(auto& self, auto& archive) {
    archive("ngrams", self.ngrams)("signs", self.signs)("rarity", self.rarity)("scale", self.scale);
  }
};

}  // namespace tutti

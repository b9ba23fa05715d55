#include <fmt/core.h>

#include <random>

#include "tests/load/source.h"

namespace inkwell::load {
namespace {

// Only the engine's output is used, with our own arithmetic: the standard fixes
// that, but not what its distributions make of it.
using Engine = std::mt19937_64;

std::uint64_t Below(Engine& random, std::uint64_t bound) { return random() % bound; }

// Words of lower-case letters.
std::string Text(Engine& random, std::size_t bytes) {
  std::string text;
  text.reserve(bytes + 16);
  while (text.size() < bytes) {
    for (std::uint64_t letters = 2 + Below(random, 8); letters > 0; --letters) {
      text.push_back(static_cast<char>('a' + Below(random, 26)));
    }
    text.push_back(' ');
  }
  text.resize(bytes);
  return text;
}

// Bodies are cut out of one text, since making each anew would load the machine
// more than the service does.
class Generated final : public Source {
 public:
  explicit Generated(const GeneratorOptions& options)
      : options_(options),
        random_(options.seed),
        body_bytes_(static_cast<std::size_t>(options.body_bytes)),
        text_(Text(random_, body_bytes_ + kOffsets)) {}

  bool Next(v1::Comment& comment) override {
    comment.Clear();
    comment.set_post_id(fmt::format("post-{}", Number(options_.posts)));
    comment.set_author_id(fmt::format("author-{}", Number(options_.authors)));
    comment.set_body(text_.substr(Below(random_, kOffsets), body_bytes_));
    return true;
  }

  std::optional<std::int64_t> Size() const override { return std::nullopt; }

 private:
  static constexpr std::size_t kOffsets = 65'536;

  std::uint64_t Number(std::int64_t most) {
    return 1 + Below(random_, static_cast<std::uint64_t>(most));
  }

  const GeneratorOptions options_;
  Engine random_;
  const std::size_t body_bytes_;
  const std::string text_;
};

}  // namespace

std::unique_ptr<Source> Generate(const GeneratorOptions& options) {
  return std::make_unique<Generated>(options);
}

}  // namespace inkwell::load

// Who may call: the bearer tokens of --auth_tokens_file, each with a name and a role. Only
// their SHA-256 are known, so that the file gives nobody a token.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace inkwell {

// What a token lets its bearer do: CommentService's calls, or FlusherService's. Neither
// includes the other; who does both has two tokens.
enum class Role { kWriter, kOperator };
// As the file names it: "writer", "operator".
[[nodiscard]] std::string_view NameOf(Role role);

// An immutable list. Thread-safe.
class AuthTokens {
 public:
  struct Caller {
    std::string name;
    Role role;
  };

  static constexpr std::size_t kMaxTokens = 1000;

  // Reads a line a token, "NAME SHA256HEX ROLE"; blank lines and those that begin with '#'
  // say nothing. A name may have several tokens, which is how one is replaced.
  // kInvalidArgument names every bad line by its number and repeats none, since somebody may
  // have written a token where its hash belongs. A list of none is refused too: it would
  // shut everybody out.
  [[nodiscard]] static absl::StatusOr<AuthTokens> Parse(std::string_view text);

  // Whose token that is; nullptr: nobody's. How long it takes tells nothing of the tokens
  // there are. Lives as long as this.
  [[nodiscard]] const Caller* Find(std::string_view token) const;

  [[nodiscard]] std::size_t size() const { return entries_.size(); }

 private:
  using Sha256 = std::array<unsigned char, 32>;
  struct Entry {
    Sha256 hash;
    Caller caller;
  };
  class Reader;

  std::vector<Entry> entries_;
};

}  // namespace inkwell

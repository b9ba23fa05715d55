#include "common/server/auth_tokens.h"

#include <fmt/core.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "common/base/hex.h"

namespace inkwell {
namespace {

constexpr std::size_t kMaxNameBytes = 64;
// Of a file that is something else altogether, this many lines show what is wrong.
constexpr std::size_t kMaxProblems = 50;

bool IsName(std::string_view text) {
  return text.size() <= kMaxNameBytes && std::all_of(text.begin(), text.end(), [](char c) {
           return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
                  std::string_view("-._@").find(c) != std::string_view::npos;
         });
}

std::optional<Role> ParseRole(std::string_view text) {
  for (const Role role : {Role::kWriter, Role::kOperator}) {
    if (text == NameOf(role)) return role;
  }
  return std::nullopt;
}

std::vector<std::string> WordsOf(std::string_view line) {
  return absl::StrSplit(std::string(line), absl::ByAnyChar(" \t\r"), absl::SkipEmpty());
}

}  // namespace

std::string_view NameOf(Role role) { return role == Role::kWriter ? "writer" : "operator"; }

// Gathers tokens and problems, line by line.
class AuthTokens::Reader {
 public:
  void Read(std::string_view line) {
    ++line_;
    const auto words = WordsOf(line);
    if (words.empty() || words[0][0] == '#') return;
    if (words.size() != 3) return Complain("expected three words");
    const auto hash = ParseHash(words[1]);
    const auto role = ParseRole(words[2]);
    if (!IsName(words[0])) {
      Complain(
          fmt::format("bad name; expected at most {} of letters, digits and -._@", kMaxNameBytes));
    }
    if (!hash) Complain("bad hash; expected the token's SHA-256 as 64 hexadecimal digits");
    if (!role) Complain("bad role; expected writer or operator");
    if (hash && role) Add({*hash, {words[0], *role}});
  }

  absl::StatusOr<AuthTokens> Result() && {
    if (problems_.empty() && tokens_.entries_.empty()) {
      problems_.emplace_back("there is no token in it");
    }
    if (tokens_.entries_.size() > kMaxTokens) {
      problems_.push_back(
          fmt::format("{} tokens; expected at most {}", tokens_.entries_.size(), kMaxTokens));
    }
    if (problems_.empty()) return std::move(tokens_);
    const std::size_t shown = std::min(problems_.size(), kMaxProblems);
    std::string message;
    for (std::size_t i = 0; i < shown; ++i) message += problems_[i] + "; ";
    if (shown < problems_.size()) message += fmt::format("{} more; ", problems_.size() - shown);
    return absl::InvalidArgumentError(message + "expected lines of NAME SHA256HEX ROLE");
  }

 private:
  static std::optional<Sha256> ParseHash(std::string_view text) {
    Sha256 hash{};
    if (text.size() != 2 * hash.size()) return std::nullopt;
    // Some tools write them in upper case.
    if (!ReadHex(absl::AsciiStrToLower(std::string(text)), hash)) return std::nullopt;
    return hash;
  }

  // Which of the two roles would count?
  void Add(Entry entry) {
    for (std::size_t i = 0; i < tokens_.entries_.size(); ++i) {
      if (tokens_.entries_[i].hash != entry.hash) continue;
      return Complain(fmt::format("the same token as in line {}", lines_[i]));
    }
    tokens_.entries_.push_back(std::move(entry));
    lines_.push_back(line_);
  }

  void Complain(std::string_view problem) {
    problems_.push_back(fmt::format("line {}: {}", line_, problem));
  }

  AuthTokens tokens_;
  std::vector<std::size_t> lines_;  // of each token
  std::size_t line_ = 0;
  std::vector<std::string> problems_;
};

absl::StatusOr<AuthTokens> AuthTokens::Parse(std::string_view text) {
  Reader reader;
  while (!text.empty()) {
    const auto end = text.find('\n');
    reader.Read(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return std::move(reader).Result();
}

const AuthTokens::Caller* AuthTokens::Find(std::string_view token) const {
  Sha256 hash{};
  if (EVP_Digest(token.data(), token.size(), hash.data(), nullptr, EVP_sha256(), nullptr) != 1) {
    return nullptr;
  }
  // Each line is looked at, and each of its bytes.
  const Caller* found = nullptr;
  for (const auto& entry : entries_) {
    const bool same = CRYPTO_memcmp(entry.hash.data(), hash.data(), hash.size()) == 0;
    found = same ? &entry.caller : found;
  }
  return found;
}

}  // namespace inkwell

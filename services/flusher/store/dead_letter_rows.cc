#include "services/flusher/store/dead_letter_rows.h"

#include <fmt/format.h>

#include "services/flusher/store/binary_array.h"

namespace inkwell::flusher {
namespace {

// How many bytes the UTF-8 character at the start of `text` has; 0 if there is none
// that Postgres takes. It refuses U+0000, overlong forms, surrogates and what lies
// beyond U+10FFFF (pg_utf8_islegal in PostgreSQL's src/common/wchar.c).
std::size_t CharacterBytes(std::string_view text) {
  const auto byte = [text](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const unsigned lead = byte(0);
  if (lead < 0x80) return lead == 0 ? 0 : 1;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  const std::size_t bytes = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
  }
  const bool overlong = (lead == 0xe0 && byte(1) < 0xa0) || (lead == 0xf0 && byte(1) < 0x90);
  const bool surrogate = lead == 0xed && byte(1) > 0x9f;
  const bool too_large = lead == 0xf4 && byte(1) > 0x8f;
  return overlong || surrogate || too_large ? 0 : bytes;
}

bool IsAcceptable(std::string_view text) {
  while (!text.empty()) {
    const std::size_t bytes = CharacterBytes(text);
    if (bytes == 0) return false;
    text.remove_prefix(bytes);
  }
  return true;
}

void AppendTextOrNull(std::string& out, std::string_view text) {
  text.empty() ? AppendNullField(out) : AppendBytesField(out, AcceptableText(text));
}

}  // namespace

std::string AcceptableText(std::string_view text) {
  if (IsAcceptable(text)) return std::string(text);
  std::string escaped;
  for (const char c : text) {
    const bool printable = c >= ' ' && c <= '~';
    escaped +=
        printable ? std::string(1, c) : fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
  }
  return escaped;
}

absl::Status WriteDeadLetters(PgConnection& connection,
                              const std::vector<DeadLetter>& dead_letters) {
  if (dead_letters.empty()) return absl::OkStatus();
  const std::vector<BinaryArray> columns{
      EncodeArray(kIntArray, dead_letters,
                  [](auto& out, const auto& d) { AppendIntField(out, d.partition); }),
      EncodeArray(kByteaArray, dead_letters,
                  [](auto& out, const auto& d) { AppendBytesField(out, d.entry); }),
      EncodeArray(kUuidArray, dead_letters,
                  [](auto& out, const auto& d) { AppendUuidField(out, d.comment_id); }),
      EncodeArray(
          kTextArray, dead_letters,
          [](auto& out, const auto& d) { AppendBytesField(out, AcceptableText(d.reason)); }),
      EncodeArray(kTextArray, dead_letters,
                  [](auto& out, const auto& d) { AppendTextOrNull(out, d.sqlstate); }),
      EncodeArray(
          kTextArray, dead_letters,
          [](auto& out, const auto& d) { AppendBytesField(out, AcceptableText(d.detail)); }),
  };
  // The index makes an entry that was committed but not yet trimmed one row.
  return connection
      .Exec(
          "INSERT INTO dead_letters (partition, change, comment_id, reason, sqlstate, detail)"
          " SELECT * FROM unnest($1, $2, $3, $4, $5, $6)"
          " ON CONFLICT (partition, sha256(change)) DO NOTHING",
          AsParams(columns))
      .status();
}

}  // namespace inkwell::flusher

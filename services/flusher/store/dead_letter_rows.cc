#include "services/flusher/store/dead_letter_rows.h"

#include <fmt/format.h>

#include "common/base/utf8.h"
#include "services/flusher/store/binary_array.h"

namespace inkwell::flusher {
namespace {

// Postgres takes no U+0000 in a text.
bool IsAcceptable(std::string_view text) {
  return IsUtf8(text) && text.find('\0') == std::string_view::npos;
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

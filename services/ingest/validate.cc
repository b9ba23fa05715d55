#include "services/ingest/validate.h"

#include <fmt/core.h>

#include <string>

#include "common/base/uuid.h"

namespace inkwell::ingest {
namespace {

// Collects violations under a common path.
class Violations {
 public:
  explicit Violations(std::string_view path) : path_(path) {}

  void Add(std::string_view field, std::string description) {
    found_.push_back({fmt::format("{}{}", path_, field), std::move(description)});
  }

  void CheckLength(std::string_view field, std::string_view text, std::size_t least,
                   std::size_t most) {
    if (text.size() >= least && text.size() <= most) return;
    if (text.empty()) {
      Add(field, fmt::format("is missing; expected {} to {} bytes", least, most));
    } else {
      Add(field, fmt::format("has {} bytes; expected {} to {}", text.size(), least, most));
    }
  }

  // Postgres' text can't hold U+0000.
  void CheckNoNul(std::string_view field, std::string_view text) {
    const auto at = text.find('\0');
    if (at == std::string_view::npos) return;
    Add(field, fmt::format("has U+0000 at byte {}; expected text without it", at));
  }

  void CheckText(std::string_view field, std::string_view text, std::size_t least,
                 std::size_t most) {
    CheckLength(field, text, least, most);
    CheckNoNul(field, text);
  }

  void CheckUuid(std::string_view field, std::string_view text) {
    if (Uuid::FromText(text)) return;
    Add(field, fmt::format("{}; expected a UUID: 36 lower-case characters such as "
                           "0191d2f0-5b1c-7cc3-98c4-dc0c0c07398f",
                           text.empty() ? "is missing" : "is no UUID"));
  }

  void CheckOptionalUuid(std::string_view field, std::string_view text) {
    if (!text.empty()) CheckUuid(field, text);
  }

  [[nodiscard]] std::vector<FieldViolation> Take() { return std::move(found_); }

 private:
  const std::string_view path_;
  std::vector<FieldViolation> found_;
};

// What of a key or path is worth repeating: not all of a long one, and no half a character, since
// protobuf's strings, the error's too, are valid UTF-8 or can't be read.
std::string_view Shown(std::string_view text) {
  if (text.size() <= kMaxAttributeKeyBytes) return text;
  std::size_t end = kMaxAttributeKeyBytes;
  const auto is_continuation = [](char byte) { return (byte & '\xc0') == '\x80'; };
  while (end > 0 && is_continuation(text[end])) --end;
  return text.substr(0, end);
}

void CheckAttributes(const v1::Comment& comment, Violations& violations) {
  constexpr std::string_view kField = "comment.attributes";
  if (comment.attributes_size() > kMaxAttributes) {
    violations.Add(kField, fmt::format("has {} entries; expected at most {}",
                                       comment.attributes_size(), kMaxAttributes));
    return;  // one line a field, not one for each of a million keys
  }
  for (const auto& [key, value] : comment.attributes()) {
    const std::string entry = fmt::format("{}[\"{}\"]", kField, Shown(key));
    if (key.empty() || key.size() > kMaxAttributeKeyBytes) {
      violations.Add(entry, fmt::format("key has {} bytes; expected 1 to {}", key.size(),
                                        kMaxAttributeKeyBytes));
    }
    violations.CheckNoNul(entry, key);
    violations.CheckText(entry, value, 0, kMaxAttributeValueBytes);
  }
}

absl::Status CheckEntries(std::string_view field, int entries) {
  if (entries >= 1 && entries <= kMaxBatch) return absl::OkStatus();
  return InvalidFields(
      {{std::string(field), fmt::format("has {} entries; expected 1 to {}", entries, kMaxBatch)}});
}

}  // namespace

std::vector<FieldViolation> CheckCreate(const v1::CreateCommentRequest& request,
                                        const Limits& limits, std::string_view path) {
  Violations violations(path);
  if (!request.has_comment()) {
    violations.Add("comment", "is missing; expected the comment to create");
    return violations.Take();
  }
  const v1::Comment& comment = request.comment();
  violations.CheckOptionalUuid("comment.comment_id", comment.comment_id());
  violations.CheckText("comment.post_id", comment.post_id(), 1, kMaxNameBytes);
  violations.CheckText("comment.author_id", comment.author_id(), 1, kMaxNameBytes);
  violations.CheckOptionalUuid("comment.reply_to_id", comment.reply_to_id());
  violations.CheckText("comment.body", comment.body(), 1, limits.max_body_bytes);
  CheckAttributes(comment, violations);
  return violations.Take();
}

UpdatedFields FieldsToUpdate(const v1::UpdateCommentRequest& request) {
  UpdatedFields fields;
  if (request.update_mask().paths().empty()) {
    fields.body = !request.comment().body().empty();
    fields.attributes = !request.comment().attributes().empty();
  }
  for (const auto& path : request.update_mask().paths()) {
    fields.body = fields.body || path == "body";
    fields.attributes = fields.attributes || path == "attributes";
  }
  return fields;
}

std::vector<FieldViolation> CheckUpdate(const v1::UpdateCommentRequest& request,
                                        const Limits& limits, std::string_view path) {
  Violations violations(path);
  if (!request.has_comment()) {
    violations.Add("comment", "is missing; expected the comment's id and what to set");
    return violations.Take();
  }
  violations.CheckUuid("comment.comment_id", request.comment().comment_id());
  for (const auto& field : request.update_mask().paths()) {
    if (field == "body" || field == "attributes") continue;
    violations.Add("update_mask", fmt::format("has \"{}\"; expected \"body\", \"attributes\" or "
                                              "both",
                                              Shown(field)));
  }
  const UpdatedFields fields = FieldsToUpdate(request);
  if (fields.body) {
    violations.CheckText("comment.body", request.comment().body(), 1, limits.max_body_bytes);
  }
  if (fields.attributes) CheckAttributes(request.comment(), violations);
  if (!fields.body && !fields.attributes && request.update_mask().paths().empty()) {
    violations.Add("comment", "sets nothing; expected a body, attributes or both");
  }
  return violations.Take();
}

std::vector<FieldViolation> CheckDelete(const v1::DeleteCommentRequest& request,
                                        std::string_view path) {
  Violations violations(path);
  violations.CheckUuid("comment_id", request.comment_id());
  return violations.Take();
}

absl::StatusOr<Durability> ToDurability(v1::Durability durability, Durability unspecified) {
  switch (durability) {
    case v1::DURABILITY_UNSPECIFIED:
      return unspecified;
    case v1::DURABILITY_ENQUEUED:
      return Durability::kEnqueued;
    case v1::DURABILITY_FSYNCED:
      return Durability::kFsynced;
    case v1::DURABILITY_REPLICATED:
      return Durability::kReplicated;
    case v1::DURABILITY_PERSISTED:
      return Durability::kPersisted;
    default:
      return InvalidFields({{"durability", fmt::format("{} is no Durability; expected 0 to 4",
                                                       static_cast<int>(durability))}});
  }
}

v1::Durability ToProto(Durability durability) {
  switch (durability) {
    case Durability::kFsynced:
      return v1::DURABILITY_FSYNCED;
    case Durability::kReplicated:
      return v1::DURABILITY_REPLICATED;
    case Durability::kPersisted:
      return v1::DURABILITY_PERSISTED;
    case Durability::kEnqueued:
      break;
  }
  return v1::DURABILITY_ENQUEUED;
}

absl::Status CheckBatchSize(int requests) { return CheckEntries("requests", requests); }
absl::Status CheckMessageSize(int changes) { return CheckEntries("changes", changes); }

}  // namespace inkwell::ingest

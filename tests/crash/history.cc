#include "tests/crash/history.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace inkwell::testing {
namespace {

const char* NameOf(const Call& call) {
  if (call.kind == Kind::kCreate) return "create";
  if (call.kind == Kind::kDelete) return "delete";
  if (!call.attributes) return "update of body";
  return call.body ? "update of both" : "update of attributes";
}

// What a client must be ready for.
bool IsExpected(const Call& call) {
  switch (call.status.error_code()) {
    case grpc::StatusCode::OK:
    case grpc::StatusCode::UNAVAILABLE:
    case grpc::StatusCode::DEADLINE_EXCEEDED:
    // The server ended, which a client that asks for its health would have known before.
    case grpc::StatusCode::CANCELLED:
      return true;
    case grpc::StatusCode::FAILED_PRECONDITION:
      // A master that has lost its replicas.
      return call.durability == v1::DURABILITY_REPLICATED;
    default:
      return false;
  }
}

std::string TimeOf(std::chrono::system_clock::time_point time) {
  const auto microseconds =
      std::chrono::duration_cast<std::chrono::microseconds>(time.time_since_epoch());
  return fmt::format("{:%H:%M:%S}.{:06}", fmt::gmtime(std::chrono::system_clock::to_time_t(time)),
                     microseconds.count() % 1'000'000);
}

}  // namespace

// Long ones too.
std::string BodyOfCall(std::size_t number) {
  return fmt::format("{} {}", number, std::string(number * 331 % 700, '.'));
}

std::string AttributeOfCall(std::size_t number) { return fmt::format("{}", number); }

void CommentHistory::Add(Call call) {
  if (call.acknowledged()) ++acknowledged_;
  if (call.kind == Kind::kCreate) created_ = created_ || call.acknowledged();
  if (call.kind == Kind::kDelete) {
    delete_sent_ = true;
    deleted_ = deleted_ || call.acknowledged();
  }
  calls_.push_back(std::move(call));
}

std::vector<std::string> CommentHistory::Judge(const std::optional<Row>& row) {
  std::vector<std::string> problems;
  for (const auto& call : calls_) {
    if (!IsExpected(call)) problems.push_back("WRONG: " + call.status.error_message());
  }
  if (!row) {
    if (created_) problems.emplace_back("LOST: the create was acknowledged, and there is no row");
    return problems;
  }
  if (row->post_id != "post of " + comment_id_) problems.emplace_back("WRONG: post_id");
  if (row->deleted) {
    seen_deleted_ = true;
    if (!delete_sent_) problems.emplace_back("WRONG: nobody deleted it");
    if (!row->body.empty() || !row->attribute.empty()) {
      problems.emplace_back("WRONG: a tombstone with a body or attributes");
    }
    return problems;
  }
  if (seen_deleted_) {
    problems.emplace_back("OVERWRITTEN by something older: it was deleted");
  } else if (deleted_) {
    problems.emplace_back("LOST: the delete was acknowledged");
  }
  JudgeField(body_, row->body, row->body_revision, problems);
  JudgeField(attributes_, row->attribute, row->attributes_revision, problems);
  if (row->revision != std::max(row->body_revision, row->attributes_revision)) {
    problems.emplace_back("WRONG: the row's revision is not that of its newest field");
  }
  return problems;
}

// The right value is that of the acknowledged update with the largest revision, or of an
// ambiguous one with a still larger revision. Which that was the row itself tells.
void CommentHistory::JudgeField(Field& field, const std::string& text, std::int64_t revision,
                                std::vector<std::string>& problems) const {
  std::int64_t newest = 0;
  for (const auto& call : calls_) {
    if (!(call.*field.sets) || !call.acknowledged()) continue;
    if (call.revision <= newest) {
      problems.push_back(
          fmt::format("WRONG: revision {} was given out after {}", call.revision, newest));
    }
    newest = std::max(newest, call.revision);
  }
  std::size_t number = calls_.size();
  std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_create = number == 0;
  const bool is_known = number < calls_.size() && (is_create || calls_[number].*field.sets) &&
                        text == field.text(number);
  if (!is_known) {
    problems.push_back(fmt::format("WRONG: nobody wrote the {} \"{}\"", field.name, text));
    return;
  }
  const auto& call = calls_[number];
  const std::int64_t wrote = is_create ? 0 : call.acknowledged() ? call.revision : revision;
  if (wrote < field.seen_revision) {
    problems.push_back(fmt::format(
        "OVERWRITTEN by something older: the {} is that of call {}, and revision {} was there",
        field.name, number, field.seen_revision));
  } else if (wrote < newest) {
    problems.push_back(
        fmt::format("LOST: the {} is that of call {}, and revision {} was acknowledged", field.name,
                    number, newest));
  } else if (revision != wrote) {
    problems.push_back(fmt::format("WRONG: the {} of call {} has revision {}, and {} was told",
                                   field.name, number, revision, wrote));
  }
  field.seen_revision = std::max(field.seen_revision, wrote);
}

std::string CommentHistory::Story() const {
  std::string story = comment_id_;
  for (std::size_t i = 0; i < calls_.size(); ++i) {
    const auto& call = calls_[i];
    story += fmt::format("\n  {} to {}  {} {}, server {}: ", TimeOf(call.begin), TimeOf(call.end),
                         i, NameOf(call), call.server);
    story += call.acknowledged()
                 ? fmt::format("OK, revision {}", call.revision)
                 : fmt::format("{} {}", int{call.status.error_code()}, call.status.error_message());
  }
  return story;
}

std::int64_t History::CountAcknowledged() const {
  std::int64_t count = 0;
  for (const auto& comments : series) {
    for (const auto& comment : comments) count += comment.acknowledged();
  }
  return count;
}

}  // namespace inkwell::testing

// What the load asked for and what it was told: from it follows what must be in Postgres.
#pragma once

#include <grpcpp/support/status.h>

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "inkwell/v1/comment.pb.h"

namespace inkwell::testing {

enum class Kind { kCreate, kUpdate, kDelete };

// One call. Anything but OK is ambiguous: the change may come, now or much later.
struct Call {
  Kind kind = Kind::kCreate;
  bool body = false;        // an update of the body …
  bool attributes = false;  // … and of the attributes
  int server = 0;
  v1::Durability durability = v1::DURABILITY_UNSPECIFIED;  // asked for
  std::chrono::system_clock::time_point begin{}, end{};
  grpc::Status status{};
  std::int64_t revision = 0;  // of an update that was acknowledged

  [[nodiscard]] bool acknowledged() const { return status.ok(); }
};

// A row of Postgres, as far as it is looked at.
struct Row {
  std::string post_id, body;
  std::string attribute;  // the one that every call sets
  std::int64_t body_revision = 0, attributes_revision = 0, revision = 0;
  bool deleted = false;
};

// What call number `number` of a comment writes: so a row tells whose it is. All creates are
// tries of the same one, number 0.
[[nodiscard]] std::string BodyOfCall(std::size_t number);
[[nodiscard]] std::string AttributeOfCall(std::size_t number);

// Not thread-safe. One thread changes a comment, one call after the other.
class CommentHistory {
 public:
  explicit CommentHistory(std::string comment_id) : comment_id_(std::move(comment_id)) {}

  [[nodiscard]] const std::string& comment_id() const { return comment_id_; }
  void Add(Call call);
  // The number of the next call.
  [[nodiscard]] std::size_t size() const { return calls_.size(); }
  // Calls that were acknowledged.
  [[nodiscard]] std::int64_t acknowledged() const { return acknowledged_; }
  [[nodiscard]] bool created() const { return created_; }
  [[nodiscard]] bool delete_sent() const { return delete_sent_; }

  // What is wrong with its row, in words; empty if nothing is. Remembers what it saw, so
  // that a later look can tell a change that was lost from one that was overwritten.
  [[nodiscard]] std::vector<std::string> Judge(const std::optional<Row>& row);
  // All its calls, for whoever has to find out what happened.
  [[nodiscard]] std::string Story() const;

 private:
  struct Field {
    bool Call::*const sets;
    const char* const name;
    std::string (*const text)(std::size_t number);
    std::int64_t seen_revision = 0;  // the largest seen in Postgres
  };

  void JudgeField(Field& field, const std::string& text, std::int64_t revision,
                  std::vector<std::string>& problems) const;

  std::string comment_id_;
  std::vector<Call> calls_;
  std::int64_t acknowledged_ = 0;
  bool created_ = false;
  bool deleted_ = false;
  bool delete_sent_ = false;
  Field body_{&Call::body, "body", BodyOfCall};
  Field attributes_{&Call::attributes, "attributes", AttributeOfCall};
  bool seen_deleted_ = false;
};

// The comments of all threads. A deque keeps references valid while a thread adds more.
struct History {
  explicit History(std::size_t threads) : series(threads) {}

  std::vector<std::deque<CommentHistory>> series;  // one for each thread
  // Calls that were acknowledged.
  [[nodiscard]] std::int64_t CountAcknowledged() const;
};

}  // namespace inkwell::testing

// Calls as a careful client makes them, each written down with what came back.
#pragma once

#include <grpcpp/channel.h>

#include <memory>
#include <vector>

#include "inkwell/v1/comment_service.grpc.pb.h"
#include "tests/crash/history.h"

namespace inkwell::testing {

// Thread-safe, but for the comments.
class Caller {
 public:
  // `durability` is what each call asks for.
  explicit Caller(const std::vector<std::shared_ptr<grpc::Channel>>& servers,
                  v1::Durability durability = v1::DURABILITY_UNSPECIFIED);

  [[nodiscard]] int server_count() const { return static_cast<int>(servers_.size()); }

  // Whether it was acknowledged. Each may be called again.
  bool Create(CommentHistory& comment, int server) const {
    return Create(comment, server, durability_);
  }
  bool Create(CommentHistory& comment, int server, v1::Durability durability) const;
  bool Update(CommentHistory& comment, int server, bool body, bool attributes) const;
  bool Delete(CommentHistory& comment, int server) const;

 private:
  [[nodiscard]] v1::CommentService::Stub& StubOf(int server) const {
    return *servers_[static_cast<std::size_t>(server)];
  }

  const v1::Durability durability_;
  std::vector<std::unique_ptr<v1::CommentService::Stub>> servers_;
};

}  // namespace inkwell::testing

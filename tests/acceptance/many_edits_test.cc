// 100 edits of each of 1,000 comments, pending at once, are 1,000 row writes.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "tests/support/stack.h"

namespace inkwell::testing {
namespace {

constexpr int kComments = 1000;
constexpr int kEdits = 100;
constexpr int kThreads = 16;

class ManyEdits : public ::testing::Test {
 protected:
  // All edits of a comment come from one thread, one after the other, each by another of the
  // ingests, so that the last one is known.
  static void EditAll(const std::vector<ServiceProcess*>& ingests) {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < kThreads; ++thread) {
      threads.emplace_back([thread, &ingests] {
        std::vector<std::unique_ptr<v1::CommentService::Stub>> stubs;
        for (const auto* ingest : ingests) {
          stubs.push_back(v1::CommentService::NewStub(ingest->channel()));
        }
        for (int edit = 1; edit <= kEdits; ++edit) {
          for (int i = thread; i < kComments; i += kThreads) {
            Edit(*stubs[static_cast<std::size_t>(edit) % stubs.size()], i, edit);
          }
        }
      });
    }
  }

  static void Edit(v1::CommentService::Stub& stub, int number, int edit) {
    grpc::ClientContext context;
    context.set_deadline(PatientDeadline());
    v1::UpdateCommentRequest request;
    request.mutable_comment()->set_comment_id(CommentId(number));
    request.mutable_comment()->set_body(fmt::format("edit {} of {}", edit, number));
    v1::UpdateCommentResponse response;
    const auto status = stub.UpdateComment(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
  }

  // By Postgres' own statistics, which its processes hand in when they are idle.
  std::string RowWrites() {
    return stack_.QueryOne(
        "SELECT n_tup_ins + n_tup_upd FROM pg_stat_user_tables WHERE relname = 'comments'");
  }

  void ExpectOneRowWriteForEachComment() {
    const auto counts = Flush(flusher_).counts();
    EXPECT_EQ(counts.updated(), kComments);
    EXPECT_EQ(counts.conflated(), kComments * (kEdits - 1));
    // The creates were the first thousand.
    EXPECT_TRUE(Await([this] { return RowWrites() == std::to_string(2 * kComments); }))
        << RowWrites();
    for (int i = 0; i < kComments; i += 97) {
      EXPECT_EQ(stack_.QueryOne(
                    fmt::format("SELECT body FROM comments WHERE comment_id = '{}'", CommentId(i))),
                fmt::format("edit {} of {}", kEdits, i));
    }
    EXPECT_EQ(stack_.QueryOne(fmt::format(
                  "SELECT count(*) FROM comments WHERE body LIKE 'edit {} of %'", kEdits)),
              std::to_string(kComments));
  }

  Stack stack_;
  ServiceProcess& ingest_ = stack_.AddIngest();
  ServiceProcess& flusher_ = stack_.AddFlusher(OnRequestOnly());
};

TEST_F(ManyEdits, ByOneIngest) {
  CreateMany(ingest_, kComments);
  Flush(flusher_);
  EditAll({&ingest_});
  ExpectOneRowWriteForEachComment();
}

TEST_F(ManyEdits, ByTwoIngests) {
  auto& other = stack_.AddIngest();
  CreateMany(ingest_, kComments);
  Flush(flusher_);
  EditAll({&ingest_, &other});
  ExpectOneRowWriteForEachComment();
}

}  // namespace
}  // namespace inkwell::testing

// Updates and deletes from gRPC to the row, and what edits cost.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/support/stack.h"

namespace inkwell::testing {
namespace {

class Edits : public ::testing::Test {
 protected:
  Edits() : ingest_(stack_.AddIngest()), flusher_(stack_.AddFlusher(OnRequestOnly())) {}

  static v1::UpdateCommentResponse Update(const ServiceProcess& ingest, const std::string& id,
                                          const std::string& body) {
    grpc::ClientContext context;
    context.set_deadline(PatientDeadline());
    v1::UpdateCommentRequest request;
    request.mutable_comment()->set_comment_id(id);
    request.mutable_comment()->set_body(body);
    v1::UpdateCommentResponse response;
    const auto status =
        v1::CommentService::NewStub(ingest.channel())->UpdateComment(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }

  static void Delete(const ServiceProcess& ingest, const std::string& id) {
    grpc::ClientContext context;
    context.set_deadline(PatientDeadline());
    v1::DeleteCommentRequest request;
    request.set_comment_id(id);
    v1::DeleteCommentResponse response;
    const auto status =
        v1::CommentService::NewStub(ingest.channel())->DeleteComment(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
  }

  std::string Body(int number) {
    return stack_.QueryOne("SELECT body FROM comments WHERE comment_id = '" + CommentId(number) +
                           "'");
  }

  Stack stack_;
  ServiceProcess& ingest_;
  ServiceProcess& flusher_;
};

TEST_F(Edits, TheLastOneWinsAndDeletesAreFinal) {
  CreateMany(ingest_, 3);
  const auto first = Update(ingest_, CommentId(0), "first");
  const auto second = Update(ingest_, CommentId(0), "second");
  EXPECT_GT(second.revision(), first.revision());
  Delete(ingest_, CommentId(1));
  Update(ingest_, CommentId(1), "too late");
  Flush(flusher_);
  EXPECT_EQ(Body(0), "second");
  EXPECT_EQ(Body(1), "");
  EXPECT_EQ(stack_.QueryOne("SELECT count(*) FROM comments WHERE delete_time IS NOT NULL"), "1");
  EXPECT_EQ(
      stack_.QueryOne("SELECT revision FROM comments WHERE comment_id = '" + CommentId(0) + "'"),
      std::to_string(second.revision()));
  ASSERT_TRUE(Create(ingest_, CreateOf(CommentId(1))).ok());
  Flush(flusher_);
  EXPECT_EQ(Body(1), "") << "a tombstone stays one";
}

TEST_F(Edits, AnEditThatComesBeforeItsCreateIsAppliedOnceThatComes) {
  Update(ingest_, CommentId(0), "early");
  Flush(flusher_);
  EXPECT_EQ(stack_.QueryOne("SELECT reason FROM dead_letters"), "COMMENT_NOT_FOUND");
  CreateMany(ingest_, 1);
  Flush(flusher_);
  EXPECT_EQ(Body(0), "early");
  EXPECT_EQ(stack_.QueryOne("SELECT count(*) FROM dead_letters"), "0");
}

TEST_F(Edits, ManyPendingEditsOfACommentAreOneRowWrite) {
  constexpr int kComments = 50;
  constexpr int kEdits = 20;
  auto& other = stack_.AddIngest();
  CreateMany(ingest_, kComments);
  Flush(flusher_);
  for (int edit = 1; edit <= kEdits; ++edit) {
    for (int i = 0; i < kComments; ++i) {
      Update(edit % 2 == 0 ? ingest_ : other, CommentId(i), "edit " + std::to_string(edit));
    }
  }
  const auto counts = Flush(flusher_).counts();
  EXPECT_EQ(counts.updated(), kComments);
  EXPECT_EQ(counts.conflated(), kComments * (kEdits - 1));
  EXPECT_EQ(stack_.QueryOne("SELECT count(*) FROM comments WHERE body = 'edit 20'"),
            std::to_string(kComments));
}

TEST_F(Edits, PersistedMeansThatItIsInPostgres) {
  auto& eager = stack_.AddFlusher({"--schedule=@every 50ms"});
  (void)eager;
  auto request = CreateOf(CommentId(0));
  request.set_durability(v1::DURABILITY_PERSISTED);
  v1::CreateCommentResponse response;
  ASSERT_TRUE(Create(ingest_, request, &response).ok());
  EXPECT_EQ(response.durability(), v1::DURABILITY_PERSISTED);
  EXPECT_EQ(stack_.CountComments(), 1);
}

}  // namespace
}  // namespace inkwell::testing

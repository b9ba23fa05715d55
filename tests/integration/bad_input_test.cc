// What ingest says to a request that it can't take: its code, its reason, every bad field.

#include <gmock/gmock.h>
#include <grpcpp/client_context.h>
#include <grpcpp/generic/generic_stub.h>
#include <gtest/gtest.h>

#include <functional>
#include <future>
#include <string>

#include "tests/support/error_details.h"
#include "tests/support/stack.h"

namespace inkwell::testing {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

constexpr const char* kGoodId = "0191d2f0-5b1c-7cc3-98c4-dc0c0c07398f";

class BadInput : public ::testing::Test {
 protected:
  BadInput() : ingest_(stack_.AddIngest()) {}

  // What comes of a create that `spoil` did something to.
  grpc::Status CreateSpoilt(const std::function<void(v1::CreateCommentRequest&)>& spoil) {
    auto request = CreateOf(kGoodId);
    spoil(request);
    return Create(ingest_, request);
  }
  grpc::Status CreateComment(const std::function<void(v1::Comment&)>& spoil) {
    return CreateSpoilt([&](auto& request) { spoil(*request.mutable_comment()); });
  }
  // Refused as INVALID_ARGUMENT: the fields that are named.
  static std::vector<std::string> BadFields(const grpc::Status& status) {
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT) << status.error_message();
    const auto details = DetailsOf(status);
    EXPECT_EQ(details.reason, "INVALID_FIELDS");
    for (const auto& field : details.fields) EXPECT_THAT(status.error_message(), HasSubstr(field));
    return details.fields;
  }

  Stack stack_;
  ServiceProcess& ingest_;
};

TEST_F(BadInput, NoComment) {
  EXPECT_THAT(BadFields(CreateSpoilt([](auto& request) { request.clear_comment(); })),
              ElementsAre("comment"));
}

TEST_F(BadInput, NoPost) {
  EXPECT_THAT(BadFields(CreateComment([](auto& comment) { comment.clear_post_id(); })),
              ElementsAre("comment.post_id"));
}

TEST_F(BadInput, LongPostAndAuthor) {
  EXPECT_TRUE(
      CreateComment([](auto& comment) { comment.set_post_id(std::string(128, 'p')); }).ok());
  EXPECT_THAT(BadFields(CreateComment([](auto& comment) {
                comment.set_post_id(std::string(129, 'p'));
                comment.set_author_id(std::string(129, 'a'));
              })),
              ElementsAre("comment.post_id", "comment.author_id"));
}

TEST_F(BadInput, EmptyBody) {
  EXPECT_THAT(BadFields(CreateComment([](auto& comment) { comment.set_body(""); })),
              ElementsAre("comment.body"));
}

TEST_F(BadInput, OverLongBody) {
  EXPECT_TRUE(CreateComment([](auto& comment) { comment.set_body(std::string(16384, 'b')); }).ok());
  const auto status =
      CreateComment([](auto& comment) { comment.set_body(std::string(16385, 'b')); });
  EXPECT_THAT(BadFields(status), ElementsAre("comment.body"));
  EXPECT_THAT(status.error_message(), AllOf(HasSubstr("16385"), HasSubstr("16384")));
}

TEST_F(BadInput, NulInBody) {
  const auto status =
      CreateComment([](auto& comment) { comment.set_body(std::string("a\0b", 3)); });
  EXPECT_THAT(BadFields(status), ElementsAre("comment.body"));
  EXPECT_THAT(status.error_message(), HasSubstr("U+0000 at byte 1"));
}

TEST_F(BadInput, CommentIdThatIsNoUuid) {
  for (const char* id :
       {"7", "0191D2F0-5B1C-7CC3-98C4-DC0C0C07398F", "0191d2f05b1c7cc398c4dc0c0c07398f",
        "{0191d2f0-5b1c-7cc3-98c4-dc0c0c07398f}"}) {
    EXPECT_THAT(BadFields(CreateComment([id](auto& comment) { comment.set_comment_id(id); })),
                ElementsAre("comment.comment_id"))
        << id;
  }
}

TEST_F(BadInput, ReplyToIdThatIsNoUuid) {
  EXPECT_THAT(BadFields(CreateComment([](auto& comment) { comment.set_reply_to_id("first"); })),
              ElementsAre("comment.reply_to_id"));
}

TEST_F(BadInput, SeveralBadFieldsAreAllNamedAtOnce) {
  EXPECT_THAT(
      BadFields(CreateComment([](auto& comment) {
        comment.Clear();
        comment.set_comment_id("x");
        comment.set_reply_to_id("y");
        (*comment.mutable_attributes())[""] = "z";
      })),
      UnorderedElementsAre("comment.comment_id", "comment.post_id", "comment.author_id",
                           "comment.reply_to_id", "comment.body", "comment.attributes[\"\"]"));
}

TEST_F(BadInput, AttributesOverTheirLimits) {
  const auto with = [this](const std::string& key, const std::string& value) {
    return CreateComment([&](auto& comment) { (*comment.mutable_attributes())[key] = value; });
  };
  EXPECT_TRUE(with(std::string(64, 'k'), std::string(1024, 'v')).ok());
  EXPECT_THAT(BadFields(with(std::string(65, 'k'), "")), SizeIs(1));
  EXPECT_THAT(BadFields(with("key", std::string(1025, 'v'))),
              ElementsAre("comment.attributes[\"key\"]"));
  EXPECT_THAT(BadFields(with("key", std::string(1, '\0'))),
              ElementsAre("comment.attributes[\"key\"]"));
  EXPECT_THAT(BadFields(with(std::string("k\0y", 3), "")), SizeIs(1));
}

TEST_F(BadInput, TooManyAttributes) {
  const auto with = [this](int count) {
    return CreateComment([count](auto& comment) {
      for (int i = 0; i < count; ++i) (*comment.mutable_attributes())[std::to_string(i)] = "";
    });
  };
  EXPECT_TRUE(with(32).ok());
  EXPECT_THAT(BadFields(with(33)), ElementsAre("comment.attributes"));
}

// gRPC cuts off what doesn't fit into the metadata that an error travels in, and the
// client would be told of that instead.
TEST_F(BadInput, AnErrorWithMuchToSayStillFitsItsEnvelope) {
  const auto status = CreateComment([](auto& comment) {
    comment.clear_post_id();
    for (int i = 0; i < 32; ++i) {
      (*comment.mutable_attributes())[std::string(80, 'k') + std::to_string(i)] =
          std::string(2000, 'v');
    }
  });
  EXPECT_THAT(BadFields(status), Not(::testing::IsEmpty()));
  EXPECT_THAT(status.error_message(), HasSubstr("comment.post_id"));
}

TEST_F(BadInput, ALongKeyIsQuotedInWholeCharacters) {
  std::string key;
  for (int i = 0; i < 30; ++i) key += "€";
  EXPECT_THAT(
      BadFields(CreateComment([&](auto& comment) { (*comment.mutable_attributes())[key] = ""; })),
      SizeIs(1));
}

TEST_F(BadInput, BatchOfNoneAndOfTooMany) {
  EXPECT_THAT(BadFields(BatchCreate(ingest_, {})), ElementsAre("requests"));
  v1::BatchCreateCommentsRequest batch;
  for (int i = 0; i < 1001; ++i) *batch.add_requests() = CreateOf("");
  EXPECT_THAT(BadFields(BatchCreate(ingest_, batch)), ElementsAre("requests"));
}

TEST_F(BadInput, OneBadCreateLeavesTheBatchsOthersAccepted) {
  v1::BatchCreateCommentsRequest batch;
  for (int i = 0; i < 5; ++i) *batch.add_requests() = CreateOf(CommentId(i));
  batch.mutable_requests(2)->mutable_comment()->clear_body();
  batch.mutable_requests(3)->set_durability(v1::DURABILITY_REPLICATED);
  v1::BatchCreateCommentsResponse response;
  ASSERT_TRUE(BatchCreate(ingest_, batch, &response).ok());
  std::vector<int> codes;
  for (const auto& result : response.results()) codes.push_back(result.code());
  EXPECT_THAT(codes, ElementsAre(0, 0, grpc::StatusCode::INVALID_ARGUMENT,
                                 grpc::StatusCode::FAILED_PRECONDITION, 0));
  EXPECT_THAT(response.results(2).message(), HasSubstr("requests[2].comment.body"));
  EXPECT_FALSE(response.results(2).has_accept_time());
  Flush(stack_.AddFlusher(OnRequestOnly()));
  EXPECT_THAT(stack_.QueryAll("SELECT comment_id FROM comments ORDER BY 1"),
              ElementsAre(CommentId(0), CommentId(1), CommentId(4)));
}

TEST_F(BadInput, MessageOverTheSizeLimit) {
  auto& strict = stack_.AddIngest({"--max_message_bytes=64KiB", "--max_body_bytes=1MiB"});
  auto request = CreateOf(kGoodId);
  request.mutable_comment()->set_body(std::string(60 << 10, 'b'));
  EXPECT_TRUE(Create(strict, request).ok());
  request.mutable_comment()->set_body(std::string(65 << 10, 'b'));
  EXPECT_EQ(Create(strict, request).error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
}

TEST_F(BadInput, DurabilityThatCantBeGiven) {
  for (const auto durability : {v1::DURABILITY_FSYNCED, v1::DURABILITY_REPLICATED}) {
    const auto status = CreateSpoilt([&](auto& request) { request.set_durability(durability); });
    EXPECT_EQ(status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
    EXPECT_EQ(DetailsOf(status).reason, "DURABILITY_NOT_AVAILABLE");
    EXPECT_THAT(status.error_message(), HasSubstr("ask for DURABILITY_ENQUEUED"));
  }
}

TEST_F(BadInput, DurabilityThatIsNone) {
  const auto status =
      CreateSpoilt([](auto& request) { request.set_durability(static_cast<v1::Durability>(99)); });
  EXPECT_THAT(BadFields(status), ElementsAre("durability"));
}

TEST_F(BadInput, UpdatesAndDeletesAreCheckedToo) {
  const auto stub = v1::CommentService::NewStub(ingest_.channel());
  grpc::ClientContext update_context;
  v1::UpdateCommentRequest update;
  update.mutable_comment()->set_comment_id("X");
  update.mutable_update_mask()->add_paths("post_id");
  v1::UpdateCommentResponse updated;
  EXPECT_THAT(BadFields(stub->UpdateComment(&update_context, update, &updated)),
              ElementsAre("comment.comment_id", "update_mask"));
  grpc::ClientContext delete_context;
  v1::DeleteCommentResponse deleted;
  EXPECT_THAT(BadFields(stub->DeleteComment(&delete_context, {}, &deleted)),
              ElementsAre("comment_id"));
}

// A client whose library doesn't check: protobuf's own refuses to send such a thing.
TEST_F(BadInput, InvalidUtf8IsRefusedAndHarmsNobody) {
  auto request = CreateOf(kGoodId);
  request.mutable_comment()->set_body("marker");
  std::string bytes = request.SerializeAsString();
  bytes.replace(bytes.find("marker"), 6, "\xff\xfe\xc3\x28\x80\xbf");
  const grpc::Slice slice(bytes);
  const grpc::ByteBuffer sent(&slice, 1);

  grpc::GenericStub stub(ingest_.channel());
  grpc::ClientContext context;
  context.set_deadline(PatientDeadline());
  grpc::ByteBuffer received;
  std::promise<grpc::Status> answered;
  stub.UnaryCall(&context, "/inkwell.v1.CommentService/CreateComment", {}, &sent, &received,
                 [&](grpc::Status status) { answered.set_value(std::move(status)); });
  // Which error is gRPC's own choice: our code never sees such a request.
  EXPECT_FALSE(answered.get_future().get().ok());
  EXPECT_TRUE(Create(ingest_, CreateOf(kGoodId)).ok());
}

}  // namespace
}  // namespace inkwell::testing

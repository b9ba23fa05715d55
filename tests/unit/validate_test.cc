#include "services/ingest/validate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace inkwell::ingest {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr Limits kLimits{.max_body_bytes = 20};

v1::CreateCommentRequest Valid() {
  v1::CreateCommentRequest request;
  request.mutable_comment()->set_post_id("p");
  request.mutable_comment()->set_author_id("a");
  request.mutable_comment()->set_body("b");
  return request;
}

std::vector<std::string> BadFields(const v1::CreateCommentRequest& request) {
  std::vector<std::string> fields;
  for (const auto& violation : CheckCreate(request, kLimits)) fields.push_back(violation.field);
  return fields;
}

TEST(CheckCreate, TakesWhatIsValidUpToEachLimit) {
  auto request = Valid();
  EXPECT_THAT(BadFields(request), IsEmpty());
  auto& comment = *request.mutable_comment();
  comment.set_comment_id("0191d2f0-5b1c-7cc3-98c4-dc0c0c07398f");
  comment.set_reply_to_id("0191d2f0-5b1c-7cc3-98c4-dc0c0c073990");
  comment.set_post_id(std::string(128, 'p'));
  comment.set_author_id(std::string(128, 'a'));
  comment.set_body(std::string(20, 'b'));
  for (int i = 0; i < 32; ++i) {
    std::string key = std::to_string(i);
    key.resize(64, 'k');
    (*comment.mutable_attributes())[key] = std::string(1024, 'v');
  }
  EXPECT_THAT(BadFields(request), IsEmpty());
}

TEST(CheckCreate, NamesEveryBadFieldAtOnce) {
  v1::CreateCommentRequest request;
  auto& comment = *request.mutable_comment();
  comment.set_comment_id("X");
  comment.set_author_id(std::string(129, 'a'));
  comment.set_reply_to_id("0191D2F0-5B1C-7CC3-98C4-DC0C0C07398F");
  comment.set_body(std::string(21, 'b'));
  EXPECT_THAT(BadFields(request),
              ElementsAre("comment.comment_id", "comment.post_id", "comment.author_id",
                          "comment.reply_to_id", "comment.body"));
}

TEST(CheckCreate, SaysWhatWouldBeRight) {
  auto request = Valid();
  request.mutable_comment()->set_body(std::string(21, 'b'));
  const auto violations = CheckCreate(request, kLimits, "requests[3].");
  ASSERT_EQ(violations.size(), 1u);
  EXPECT_EQ(violations[0].field, "requests[3].comment.body");
  EXPECT_EQ(violations[0].description, "has 21 bytes; expected 1 to 20");
}

TEST(CheckCreate, WantsAComment) {
  EXPECT_THAT(BadFields(v1::CreateCommentRequest()), ElementsAre("comment"));
}

TEST(CheckCreate, RefusesNulEverywhere) {
  const std::string nul("a\0b", 3);
  auto request = Valid();
  auto& comment = *request.mutable_comment();
  comment.set_post_id(nul);
  comment.set_author_id(nul);
  comment.set_body(nul);
  (*comment.mutable_attributes())[nul] = "v";
  EXPECT_THAT(BadFields(request), ElementsAre("comment.post_id", "comment.author_id",
                                              "comment.body", HasSubstr("comment.attributes[\"a")));
  EXPECT_THAT(CheckCreate(request, kLimits)[2].description, HasSubstr("U+0000 at byte 1"));
}

TEST(CheckCreate, BoundsAttributes) {
  auto request = Valid();
  auto& attributes = *request.mutable_comment()->mutable_attributes();
  attributes[""] = "v";
  EXPECT_THAT(BadFields(request), ElementsAre("comment.attributes[\"\"]"));
  attributes.clear();
  attributes[std::string(65, 'k')] = std::string(1025, 'v');
  EXPECT_EQ(BadFields(request).size(), 2u);
  attributes.clear();
  for (int i = 0; i < 33; ++i) attributes[std::to_string(i)] = "v";
  EXPECT_THAT(BadFields(request), ElementsAre("comment.attributes"));
}

TEST(CheckUpdate, TakesAMaskOrWhatIsSet) {
  v1::UpdateCommentRequest request;
  request.mutable_comment()->set_comment_id("0191d2f0-5b1c-7cc3-98c4-dc0c0c07398f");
  request.mutable_comment()->set_body("b");
  EXPECT_THAT(CheckUpdate(request, kLimits), IsEmpty());
  EXPECT_TRUE(FieldsToUpdate(request).body);
  EXPECT_FALSE(FieldsToUpdate(request).attributes);
  request.mutable_update_mask()->add_paths("attributes");
  EXPECT_THAT(CheckUpdate(request, kLimits), IsEmpty()) << "empties them";
  EXPECT_FALSE(FieldsToUpdate(request).body);
  EXPECT_TRUE(FieldsToUpdate(request).attributes);
}

TEST(CheckUpdate, NamesEveryBadFieldAtOnce) {
  v1::UpdateCommentRequest request;
  request.mutable_comment()->set_comment_id("X");
  request.mutable_comment()->set_body(std::string(21, 'b'));
  request.mutable_update_mask()->add_paths("body");
  request.mutable_update_mask()->add_paths("post_id");
  std::vector<std::string> fields;
  for (const auto& violation : CheckUpdate(request, kLimits)) fields.push_back(violation.field);
  EXPECT_THAT(fields, ElementsAre("comment.comment_id", "update_mask", "comment.body"));
}

TEST(CheckUpdate, QuotesALongPathInWholeCharacters) {
  v1::UpdateCommentRequest request;
  request.mutable_comment()->set_comment_id("0191d2f0-5b1c-7cc3-98c4-dc0c0c07398f");
  std::string path = "p";
  for (int i = 0; i < 40; ++i) path += "é";
  request.mutable_update_mask()->add_paths(path);
  const auto violations = CheckUpdate(request, {}, "update.");
  ASSERT_EQ(violations.size(), 1U);
  EXPECT_EQ(violations[0].field, "update.update_mask");
  EXPECT_THAT(violations[0].description, HasSubstr("é\"; expected"));
}

TEST(CheckUpdate, RefusesOneThatSetsNothing) {
  v1::UpdateCommentRequest request;
  EXPECT_EQ(CheckUpdate(request, kLimits).size(), 1u);
  request.mutable_comment()->set_comment_id("0191d2f0-5b1c-7cc3-98c4-dc0c0c07398f");
  const auto violations = CheckUpdate(request, kLimits);
  ASSERT_EQ(violations.size(), 1u);
  EXPECT_THAT(violations[0].description, HasSubstr("sets nothing"));
}

TEST(CheckDelete, WantsAnId) {
  v1::DeleteCommentRequest request;
  ASSERT_EQ(CheckDelete(request).size(), 1u);
  EXPECT_THAT(CheckDelete(request)[0].description, HasSubstr("is missing"));
}

TEST(ToDurability, TakesTheServersDefaultOnlyIfNothingWasAsked) {
  EXPECT_EQ(*ToDurability(v1::DURABILITY_UNSPECIFIED, Durability::kPersisted),
            Durability::kPersisted);
  EXPECT_EQ(*ToDurability(v1::DURABILITY_FSYNCED, Durability::kEnqueued), Durability::kFsynced);
  EXPECT_TRUE(absl::IsInvalidArgument(
      ToDurability(static_cast<v1::Durability>(99), Durability::kEnqueued).status()));
}

TEST(CheckBatchSize, TakesOneToAThousand) {
  EXPECT_TRUE(absl::IsInvalidArgument(CheckBatchSize(0)));
  EXPECT_TRUE(CheckBatchSize(1).ok());
  EXPECT_TRUE(CheckBatchSize(1000).ok());
  EXPECT_TRUE(absl::IsInvalidArgument(CheckBatchSize(1001)));
}

}  // namespace
}  // namespace inkwell::ingest

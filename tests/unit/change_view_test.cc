// Entries are read as protobuf's own parser reads them; here each way in which one can be
// encoded is tried once, and the fuzz target list_element tries all the others.
#include "common/queue/change_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/base/errors.h"
#include "common/queue/change_codec.h"
#include "tests/support/protobuf_reading.h"

namespace inkwell::queue {
namespace {

using testing::ReadsAsProtobufDoes;

v1::Change SomeChange() {
  v1::Change change;
  change.set_comment_id(std::string(16, 'i'));
  change.set_accept_time_us(1'700'000'000'000'000);
  change.mutable_create()->set_post_id("post");
  change.mutable_create()->set_author_id("author");
  change.mutable_create()->set_reply_to_id(std::string(16, 'r'));
  change.mutable_create()->set_body(std::string(200, 'b') + "Grüße");
  (*change.mutable_create()->mutable_attributes())["language"] = "de";
  (*change.mutable_create()->mutable_attributes())["client"] = "";
  change.set_trace_context("the trace's id..and span");
  return change;
}

v1::Change SomeUpdate() {
  v1::Change change = SomeChange();
  change.set_revision(0x8877665544332211);
  change.mutable_update()->set_body("");
  (*change.mutable_update()->mutable_attributes()->mutable_values())["key"] = "value";
  return change;
}

v1::Change SomeDelete() {
  v1::Change change = SomeChange();
  change.mutable_delete_();
  return change;
}

// A field of a number that no version has: its tag, and what follows.
std::string Field(int number, int wire_type, const std::string& rest) {
  return static_cast<char>(number << 3 | wire_type) + rest;
}

TEST(ChangeView, ViewsTheEntry) {
  const std::string entry = EncodeEntry(SomeChange());
  ChangeView view;
  ASSERT_TRUE(DecodeEntry(entry, view).ok());
  const auto& create = std::get<CreateView>(view.kind);
  EXPECT_EQ(create.post_id, "post");
  EXPECT_GE(create.post_id.data(), entry.data());
  EXPECT_LT(create.post_id.data(), entry.data() + entry.size());
  EXPECT_EQ(view.trace_context, "the trace's id..and span");
}

TEST(ChangeView, ReadsEveryKindWhereverItIsCutShort) {
  for (const auto& change : {SomeChange(), SomeUpdate(), SomeDelete()}) {
    const std::string entry = EncodeEntry(change);
    ChangeView view;
    EXPECT_TRUE(DecodeEntry(entry, view).ok());
    for (std::size_t bytes = 0; bytes <= entry.size(); ++bytes) {
      EXPECT_TRUE(ReadsAsProtobufDoes(entry.substr(0, bytes))) << bytes << change.DebugString();
    }
  }
}

TEST(ChangeView, ReadsWhateverAByteTurnsInto) {
  for (const auto& change : {SomeChange(), SomeUpdate(), SomeDelete()}) {
    const std::string entry = EncodeEntry(change);
    for (std::size_t i = 0; i < entry.size(); ++i) {
      for (int bit = 0; bit < 8; ++bit) {
        std::string flipped = entry;
        flipped[i] = static_cast<char>(flipped[i] ^ 1 << bit);
        EXPECT_TRUE(ReadsAsProtobufDoes(flipped)) << i << '/' << bit << change.DebugString();
      }
    }
  }
}

TEST(ChangeView, TellsUnsetFromEmpty) {
  v1::Change change = SomeUpdate();
  change.mutable_update()->Clear();
  const std::string of_nothing = EncodeEntry(change);
  ChangeView view;
  ASSERT_TRUE(DecodeEntry(of_nothing, view).ok());
  EXPECT_EQ(std::get<UpdateView>(view.kind).body, std::nullopt);
  EXPECT_FALSE(std::get<UpdateView>(view.kind).attributes.has_value());
  change.mutable_update()->mutable_attributes();
  EXPECT_TRUE(ReadsAsProtobufDoes(EncodeEntry(change)));
}

// Of entries behind one another protobuf makes one: fields are replaced, messages merged.
TEST(ChangeView, MergesWhatComesTwice) {
  v1::Change other = SomeChange();
  other.mutable_create()->set_body("other");
  other.mutable_create()->clear_post_id();
  (*other.mutable_create()->mutable_attributes())["language"] = "en";
  const std::vector<std::string> entries{EncodeEntry(SomeChange()), EncodeEntry(other),
                                         EncodeEntry(SomeUpdate()), EncodeEntry(SomeDelete())};
  for (const auto& first : entries) {
    for (const auto& second : entries) {
      EXPECT_TRUE(ReadsAsProtobufDoes(first + second));
      EXPECT_TRUE(ReadsAsProtobufDoes(first + second + first));
    }
  }
}

TEST(ChangeView, SkipsFieldsThatItDoesNotKnow) {
  const std::string entry = EncodeEntry(SomeChange());
  for (const std::string& field :
       {Field(15, 0, "\x85\x01"), Field(15, 1, "8 bytes."), Field(15, 2, "\x03..."),
        Field(15, 3, Field(1, 0, "\x01") + Field(15, 4, "")), Field(15, 5, "four"),
        Field(2, 0, "\x01"), Field(3, 2, "\x01x")}) {
    ChangeView view;
    EXPECT_TRUE(DecodeEntry(entry + field, view).ok());
    EXPECT_TRUE(ReadsAsProtobufDoes(entry + field));
    EXPECT_TRUE(ReadsAsProtobufDoes(field + entry));
    for (std::size_t bytes = 1; bytes < field.size(); ++bytes) {
      EXPECT_TRUE(ReadsAsProtobufDoes(entry + field.substr(0, bytes))) << field << bytes;
    }
  }
}

TEST(ChangeView, RefusesWhatIsNoMessage) {
  const std::string entry = EncodeEntry(SomeChange());
  const std::string ten(9, '\xff');
  for (const std::string& end : {
           std::string(1, '\0'),                          // no field has the number 0
           std::string("\x02\x01x"),                      // nor here
           Field(15, 4, ""),                              // the end of no group
           Field(15, 3, Field(14, 4, "")),                // of another one
           Field(15, 3, Field(15, 3, Field(15, 4, ""))),  // of one of two
           Field(15, 6, ""), Field(15, 7, ""),            // no such encodings
           Field(15, 0, ten + "\xff\x01"),                // more than ten bytes
           Field(15, 2, "\x80\x80\x80\x80\x80\x01"),      // a length of more than five
           Field(15, 2, "\xff\xff\xff\xff\x0f"),          // beyond the end
           Field(4, 2, "\x02\x0a\x05hello"),              // of the message around it
       }) {
    ChangeView view;
    EXPECT_EQ(ReasonOf(DecodeEntry(entry + end, view)), "UNDECODABLE") << end;
    EXPECT_TRUE(ReadsAsProtobufDoes(entry + end)) << end;
  }
  EXPECT_TRUE(ReadsAsProtobufDoes(entry + Field(15, 0, ten + "\x7f"))) << "64 bits of 70";
}

TEST(ChangeView, RefusesWhatIsNoText) {
  for (const std::string key : {"key", "\xff"}) {
    for (const std::string value : {"value", "\xc0\x80"}) {
      v1::Change change = SomeUpdate();
      (*change.mutable_update()->mutable_attributes()->mutable_values())[key] = value;
      EXPECT_TRUE(ReadsAsProtobufDoes(change.SerializeAsString()));
    }
  }
  v1::Change change = SomeChange();
  change.mutable_create()->set_body("\xed\xa0\x80");
  ChangeView view;
  EXPECT_EQ(ReasonOf(DecodeEntry(change.SerializeAsString(), view)), "UNDECODABLE");
}

TEST(ChangeView, BoundsHowDeepGroupsNest) {
  for (std::size_t depth = 95; depth < 105; ++depth) {
    std::string groups;
    for (std::size_t i = 0; i < depth; ++i) groups = Field(15, 3, groups + Field(15, 4, ""));
    EXPECT_TRUE(ReadsAsProtobufDoes(EncodeEntry(SomeChange()) + groups)) << depth;
  }
}

TEST(DecodeEntry, RefusesWhatIsNoChange) {
  for (const std::string_view bytes : {"\xff\xff\xff", "garbage", ""}) {
    ChangeView view;
    const absl::Status status = DecodeEntry(bytes, view);
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << bytes;
    EXPECT_EQ(ReasonOf(status), "UNDECODABLE") << bytes;
  }
}

TEST(DecodeEntry, RefusesAnIdThatIsNotSixteenBytes) {
  auto change = SomeChange();
  change.set_comment_id("short");
  const std::string entry = EncodeEntry(change);
  ChangeView view;
  const absl::Status status = DecodeEntry(entry, view);
  EXPECT_EQ(ReasonOf(status), "UNDECODABLE");
  EXPECT_THAT(std::string(status.message()), ::testing::HasSubstr("5 bytes"));
}

TEST(DecodeEntry, RefusesAnUpdateWithoutARevision) {
  auto change = SomeUpdate();
  change.clear_revision();
  const std::string entry = EncodeEntry(change);
  ChangeView view;
  EXPECT_EQ(ReasonOf(DecodeEntry(entry, view)), "UNDECODABLE");
}

// As a newer ingest might write during an upgrade.
TEST(DecodeEntry, KnowsAKindThatItDoesNotKnow) {
  auto change = SomeChange();
  change.clear_kind();
  const std::string entry = EncodeEntry(change) + Field(15, 2, "\x02hi");
  ChangeView view;
  EXPECT_EQ(ReasonOf(DecodeEntry(entry, view)), "UNKNOWN_KIND");
  EXPECT_EQ(view.comment_id, change.comment_id()) << "what could be read is there";
}

}  // namespace
}  // namespace inkwell::queue

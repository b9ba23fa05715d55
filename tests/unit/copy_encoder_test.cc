// Bytes written out by hand from the formats' documentation.
#include "services/flusher/store/copy_encoder.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "services/flusher/store/binary_array.h"

namespace inkwell::flusher {
namespace {

// A string from a literal that may hold NUL.
template <std::size_t kSize>
std::string Bytes(const char (&literal)[kSize]) {
  return std::string(literal, kSize - 1);
}

const Uuid kId = Uuid::FromText("00112233-4455-6677-8899-aabbccddeeff").value();
const std::string kIdField = Bytes(
    "\x00\x00\x00\x10"
    "\x00\x11\x22\x33\x44\x55\x66\x77\x88\x99\xaa\xbb\xcc\xdd\xee\xff");

constexpr WallTime kPostgresEpoch =
    std::chrono::sys_days(std::chrono::year(2000) / std::chrono::January / 1);

NewComment CommentAt(WallTime create_time) {
  NewComment comment;
  comment.comment_id = kId;
  comment.post_id = "p1";
  comment.author_id = "a";
  comment.body = "hi";
  comment.attributes_json = "{}";
  comment.create_time = create_time;
  comment.update_time = create_time;
  return comment;
}

TEST(CopyEncoderTest, FramesTheRows) {
  EXPECT_EQ(kCopyHeader, Bytes("PGCOPY\n\xff\r\n\x00\x00\x00\x00\x00\x00\x00\x00\x00"));
  EXPECT_EQ(kCopyTrailer, Bytes("\xff\xff"));
}

TEST(CopyEncoderTest, EncodesARow) {
  std::string out = "before";
  AppendCommentRow(out, CommentAt(kPostgresEpoch + std::chrono::microseconds(258)));
  const std::string time = Bytes("\x00\x00\x00\x08\x00\x00\x00\x00\x00\x00\x01\x02");
  const std::string null = Bytes("\xff\xff\xff\xff");
  const std::string none = Bytes("\x00\x00\x00\x08\x00\x00\x00\x00\x00\x00\x00\x00");
  EXPECT_EQ(out, "before" + Bytes("\x00\x0c") + kIdField +
                     Bytes("\x00\x00\x00\x02p1"
                           "\x00\x00\x00\x01"
                           "a"
                           "\xff\xff\xff\xff"
                           "\x00\x00\x00\x02hi"
                           "\x00\x00\x00\x03\x01{}") +
                     time + time + null + none + none + none);
}

TEST(CopyEncoderTest, EncodesWhatIsAnswered) {
  auto comment = CommentAt(kPostgresEpoch);
  comment.reply_to_id = kId;
  std::string out;
  AppendCommentRow(out, comment);
  const std::string author = Bytes(
      "\x00\x00\x00\x01"
      "a");
  EXPECT_NE(out.find(author + kIdField), std::string::npos);
}

TEST(CopyEncoderTest, EncodesWhatEditsMadeOfIt) {
  auto comment = CommentAt(kPostgresEpoch);
  comment.update_time = kPostgresEpoch + std::chrono::microseconds(1);
  comment.delete_time = kPostgresEpoch + std::chrono::microseconds(2);
  comment.revision = 5;
  comment.body_revision = 4;
  comment.attributes_revision = 3;
  std::string out;
  AppendCommentRow(out, comment);
  std::string end;
  for (const std::int64_t value : {0, 1, 2, 5, 4, 3}) AppendBigintField(end, value);
  EXPECT_EQ(out.substr(out.size() - end.size()), end);
}

TEST(BinaryFieldTest, EncodesTimesBeforeTheEpoch) {
  std::string out;
  AppendTimestamptzField(out, kPostgresEpoch - std::chrono::microseconds(1));
  EXPECT_EQ(out, Bytes("\x00\x00\x00\x08\xff\xff\xff\xff\xff\xff\xff\xff"));
}

TEST(BinaryFieldTest, CountsTimesFrom2000) {
  std::string out;
  AppendTimestamptzField(out, WallTime());
  // 946,684,800 s from 1970 to 2000, as negative microseconds.
  std::string expected = Bytes("\x00\x00\x00\x08");
  AppendBigEndian(expected, std::int64_t{-946'684'800'000'000});
  EXPECT_EQ(out, expected);
}

TEST(BinaryArrayTest, EncodesElements) {
  const std::vector<std::string> items{"x", "", "yz"};
  const auto array = EncodeArray(kTextArray, items, [](auto& out, const auto& item) {
    item.empty() ? AppendNullField(out) : AppendBytesField(out, item);
  });
  EXPECT_EQ(array.oid, 1009U);
  EXPECT_EQ(array.bytes, Bytes("\x00\x00\x00\x01"  // dimensions
                               "\x00\x00\x00\x01"  // nulls
                               "\x00\x00\x00\x19"  // text
                               "\x00\x00\x00\x03"  // size
                               "\x00\x00\x00\x01"  // first index
                               "\x00\x00\x00\x01x"
                               "\xff\xff\xff\xff"
                               "\x00\x00\x00\x02yz"));
}

TEST(BinaryArrayTest, EncodesNone) {
  const auto array = EncodeArray(kIntArray, std::vector<int>{},
                                 [](auto& out, int item) { AppendIntField(out, item); });
  EXPECT_EQ(array.bytes, Bytes("\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x17"));
}

}  // namespace
}  // namespace inkwell::flusher

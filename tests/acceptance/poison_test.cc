// 20 bad elements of four kinds in a list of 100,000: the good ones are written, the bad ones
// put aside with their reasons, and replayed once they are mended.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "common/queue/redis_push_queue.h"
#include "tests/support/change_entries.h"
#include "tests/support/stack.h"

namespace inkwell::testing {
namespace {

using ::testing::Pair;
using ::testing::UnorderedElementsAre;

constexpr int kChanges = 100'000;
constexpr int kBadOfAKind = 5;
constexpr int kBad = 4 * kBadOfAKind;

// One list, and every 5000th element of it bad, of each kind in turn.
std::vector<std::string> MakeList() {
  std::vector<std::string> entries;
  for (int i = 0; i < kChanges; ++i) entries.push_back(CreateEntry(i));
  for (int i = 0; i < kBad; ++i) {
    const int number = 2500 + i * (kChanges / kBad);
    auto& entry = entries[static_cast<std::size_t>(number)];
    switch (i % 4) {
      case 0:
        entry = "garbage " + std::to_string(i);
        break;
      case 1:
        entry = CreateEntry(number, {'a', '\0', 'b'});
        break;
      case 2:
        entry = CreateEntry(number, "rude words");
        break;
      // As a newer ingest might write it during an upgrade.
      case 3:
        entry = PushedEntry(ChangeOf(number, 1));
        break;
    }
  }
  return entries;
}

class PoisonAtFullSize : public ::testing::Test {
 protected:
  PoisonAtFullSize() {
    stack_.QueryOne("ALTER TABLE comments ADD CONSTRAINT polite CHECK (body <> 'rude words')");
    queue::QueueOptions options;
    options.url = *redis::ParseUrl(stack_.redis().Url());
    options.partitions = 1;
    queue::RedisPushQueue queue(options);
    EXPECT_TRUE(queue.Connect().ok());
    constexpr std::size_t kPush = 1000;
    const auto entries = MakeList();
    for (std::size_t first = 0; first < entries.size(); first += kPush) {
      const queue::PartitionPush push{
          0,
          {entries.begin() + static_cast<std::ptrdiff_t>(first),
           entries.begin() + static_cast<std::ptrdiff_t>(first + kPush)}};
      EXPECT_TRUE(queue.Push({&push, 1}).ok());
    }
  }

  std::vector<v1::DeadLetter> ListDeadLetters() {
    grpc::ClientContext context;
    v1::ListDeadLettersResponse response;
    const auto status = operator_->ListDeadLetters(&context, {}, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return {response.dead_letters().begin(), response.dead_letters().end()};
  }

  v1::ReplayDeadLettersResponse ReplayAll(bool dry_run = false) {
    v1::ReplayDeadLettersRequest request;
    for (const auto& letter : ListDeadLetters())
      request.add_dead_letter_ids(letter.dead_letter_id());
    request.set_dry_run(dry_run);
    grpc::ClientContext context;
    v1::ReplayDeadLettersResponse response;
    const auto status = operator_->ReplayDeadLetters(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }

  Stack stack_;
  ServiceProcess& flusher_ = [this]() -> ServiceProcess& {
    auto flags = OnRequestOnly();
    flags.emplace_back("--partitions=1");
    return stack_.AddFlusher(flags);
  }();
  const std::unique_ptr<v1::FlusherService::Stub> operator_ =
      v1::FlusherService::NewStub(flusher_.channel());
};

TEST_F(PoisonAtFullSize, BadOnesArePutAsideAndReplayedOnceMended) {
  const auto counts = Flush(flusher_).counts();
  EXPECT_EQ(counts.inserted(), kChanges - kBad);
  EXPECT_EQ(counts.dead(), kBad);
  EXPECT_EQ(stack_.CountComments(), kChanges - kBad);
  EXPECT_EQ(GetStatus(flusher_).pending(), 0);

  std::map<std::string, int> reasons;
  for (const auto& letter : ListDeadLetters()) {
    ++reasons[letter.reason() + letter.sqlstate()];
    EXPECT_NE(letter.detail(), "");
  }
  EXPECT_THAT(reasons, UnorderedElementsAre(Pair("UNDECODABLE", kBadOfAKind),
                                            Pair("DATA_REFUSED22021", kBadOfAKind),
                                            Pair("DATA_REFUSED23514", kBadOfAKind),
                                            Pair("UNKNOWN_KIND", kBadOfAKind)));

  EXPECT_EQ(ReplayAll().counts().dead(), kBad) << "nothing is mended yet";
  EXPECT_EQ(stack_.CountComments(), kChanges - kBad);

  // The table is mended, and so are the bodies that hold a NUL: it becomes a space.
  stack_.QueryOne("ALTER TABLE comments DROP CONSTRAINT polite");
  stack_.QueryOne(
      "UPDATE dead_letters SET change = overlay(change PLACING ' '::bytea"
      " FROM position('\\x610062'::bytea IN change) + 1 FOR 1) WHERE sqlstate = '22021'");
  const auto foreseen = ReplayAll(true).counts();
  EXPECT_EQ(foreseen.inserted(), 2 * kBadOfAKind);
  EXPECT_EQ(stack_.CountComments(), kChanges - kBad) << "it was a dry run";
  const auto replayed = ReplayAll().counts();
  EXPECT_EQ(replayed.inserted(), 2 * kBadOfAKind);
  EXPECT_EQ(replayed.dead(), 2 * kBadOfAKind);
  EXPECT_EQ(stack_.CountComments(), kChanges - 2 * kBadOfAKind);
  EXPECT_EQ(stack_.QueryOne("SELECT count(*) FROM comments WHERE body = 'rude words'"), "5");
  EXPECT_EQ(stack_.QueryOne("SELECT count(*) FROM comments WHERE body = 'a b'"), "5");

  // What is left are bytes that are no change, and a kind that only a newer flusher knows.
  // An operator who has the right bytes from elsewhere puts them there.
  const auto left = ListDeadLetters();
  ASSERT_EQ(left.size(), 2U * kBadOfAKind);
  for (const auto& letter : left) {
    std::string hex;
    for (const char byte : CreateEntry(static_cast<int>(kChanges + letter.dead_letter_id()))) {
      hex += fmt::format("{:02x}", static_cast<unsigned char>(byte));
    }
    stack_.QueryOne(
        fmt::format("UPDATE dead_letters SET change = '\\x{}' WHERE dead_letter_id = {}", hex,
                    letter.dead_letter_id()));
  }
  EXPECT_EQ(ReplayAll().counts().inserted(), 2 * kBadOfAKind);
  EXPECT_EQ(stack_.CountComments(), kChanges);
  EXPECT_EQ(stack_.QueryOne("SELECT count(*) FROM dead_letters"), "0");
}

}  // namespace
}  // namespace inkwell::testing

// Whatever bytes lie on a list: none stops the flusher, none gets lost on the way to
// the write set, no comment is in that twice, and each is read as protobuf would read it.
//
// Input: entries, each behind a byte that tells its length; the last may be cut short.
#include <google/protobuf/util/message_differencer.h>

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "common/base/errors.h"
#include "common/queue/change_codec.h"
#include "common/queue/change_view.h"
#include "services/flusher/flush/decode.h"
#include "services/flusher/flush/fold.h"
#include "tests/fuzz/require.h"
#include "tests/support/protobuf_reading.h"

namespace inkwell::flusher {
namespace {

std::vector<std::string_view> CutEntries(std::string_view input) {
  std::vector<std::string_view> entries;
  while (!input.empty()) {
    const auto bytes = static_cast<unsigned char>(input.front());
    entries.push_back(input.substr(1, bytes));
    input.remove_prefix(1 + entries.back().size());
  }
  return entries;
}

// What one version has read, it can push again, and reads as the same change.
void CheckRestamped(queue::v1::Change change) {
  change.clear_push_id();
  std::string entry = queue::EncodeEntry(change);
  constexpr std::uint64_t kPushId = 0x0123456789abcdef;
  queue::StampEntry(entry, kPushId);
  change.set_push_id(kPushId);
  queue::v1::Change read;
  Require(read.ParseFromString(entry), "an encoded change can be read");
  Require(google::protobuf::util::MessageDifferencer::Equals(change, read),
          "restamping changes nothing but the push id");
}

void CheckDecode(std::string_view entry) {
  Require(testing::ReadsAsProtobufDoes(entry), "an entry is read as protobuf reads it");
  queue::ChangeView view;
  const absl::Status status = queue::DecodeEntry(entry, view);
  if (status.ok()) {
    queue::v1::Change change;
    Require(change.ParseFromArray(entry.data(), static_cast<int>(entry.size())),
            "what is a change to the flusher is one to protobuf");
    CheckRestamped(std::move(change));
  } else {
    Require(!ReasonOf(status).empty(), "an entry that can't be read has a reason");
  }
}

void CheckBatch(const std::vector<std::string_view>& entries) {
  const FoldedBatch folded = Fold(0, entries);
  absl::flat_hash_set<Uuid> written;
  for (const auto& create : folded.writes.creates) {
    Require(written.insert(create.comment_id).second, "no comment is written twice");
    Require(nlohmann::json::accept(create.attributes_json), "attributes are JSON");
    Require(!create.edit || *create.edit < folded.writes.edits_of_creates.size(),
            "a create names its own edits");
  }
  for (const auto& edit : folded.writes.edits) {
    Require(written.insert(edit.comment_id).second, "no comment is written twice");
    Require(!edit.entries.empty(), "an edit stands for entries");
  }

  std::size_t told = folded.dead_letters.size() + folded.writes.creates.size() +
                     static_cast<std::size_t>(folded.outcomes.Total());
  for (const auto& edit : folded.writes.edits) told += edit.entries.size();
  for (const auto& edit : folded.writes.edits_of_creates) told += edit.entries.size();
  Require(told == entries.size(), "it is told once what became of each entry");
}

}  // namespace
}  // namespace inkwell::flusher

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto entries = inkwell::flusher::CutEntries({reinterpret_cast<const char*>(data), size});
  for (const auto entry : entries) inkwell::flusher::CheckDecode(entry);
  inkwell::flusher::CheckBatch(entries);
  return 0;
}

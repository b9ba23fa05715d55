#include "services/flusher/operator/dead_letter_office.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "common/base/errors.h"
#include "services/flusher/flush/batch_writer.h"

namespace inkwell::flusher {
namespace {

// The last id of the page before, in a form that nobody takes for one to make up.
constexpr std::size_t kTokenDigits = 16;

std::string ToPageToken(std::int64_t last_id) {
  return fmt::format("{:0{}x}", last_id, kTokenDigits);
}

std::optional<std::int64_t> FromPageToken(std::string_view token) {
  if (token.empty()) return 0;
  std::int64_t last_id = 0;
  const auto [end, problem] =
      std::from_chars(token.data(), token.data() + token.size(), last_id, 16);
  const bool is_ours = token.size() == kTokenDigits && problem == std::errc() &&
                       end == token.data() + token.size() && last_id > 0;
  return is_ours ? std::optional(last_id) : std::nullopt;
}

absl::Status CheckIds(const std::vector<std::int64_t>& dead_letter_ids) {
  if (!dead_letter_ids.empty() && dead_letter_ids.size() <= kMaxDeadLetterIds)
    return absl::OkStatus();
  return InvalidFields(
      {{"dead_letter_ids", fmt::format("has {} entries; expected 1 to {}", dead_letter_ids.size(),
                                       kMaxDeadLetterIds)}});
}

// What a letter takes in the answer, roughly.
std::size_t SizeOf(const StoredDeadLetter& letter) {
  return letter.entry.size() + letter.detail.size() + 128;
}

// How many of the letters fit on one page; at least one.
std::size_t CountOnPage(const std::vector<StoredDeadLetter>& letters, std::size_t page_size) {
  std::size_t count = 0;
  std::size_t bytes = 0;
  while (count < std::min(letters.size(), page_size)) {
    bytes += SizeOf(letters[count]);
    if (count > 0 && bytes > kMaxPageBytes) break;
    ++count;
  }
  return count;
}

}  // namespace

absl::StatusOr<DeadLetterPage> DeadLetterOffice::List(int page_size, std::string_view page_token) {
  std::vector<FieldViolation> violations;
  if (page_size < 0 || page_size > kMaxPageSize) {
    violations.push_back(
        {"page_size", fmt::format("is {}; expected 0 to {}", page_size, kMaxPageSize)});
  }
  const auto after_id = FromPageToken(page_token);
  if (!after_id) {
    violations.push_back(
        {"page_token",
         "is none of ours; expected nothing, or the next_page_token of a page before"});
  }
  if (!violations.empty()) return InvalidFields(violations);

  // One more than wanted, to know whether there is a next page.
  const int wanted = page_size == 0 ? kDefaultPageSize : page_size;
  auto letters = store_.ListDeadLetters(*after_id, wanted + 1);
  if (!letters.ok()) return letters.status();
  DeadLetterPage page{*std::move(letters), ""};
  const std::size_t count = CountOnPage(page.letters, static_cast<std::size_t>(wanted));
  if (count < page.letters.size()) {
    page.letters.resize(count);
    page.next_page_token = ToPageToken(page.letters.back().dead_letter_id);
  }
  return page;
}

absl::StatusOr<ReplayResult> DeadLetterOffice::Replay(std::vector<std::int64_t> dead_letter_ids,
                                                      ReplayMode mode,
                                                      const KeepGoing& keep_going) {
  if (auto status = CheckIds(dead_letter_ids); !status.ok()) return status;
  std::sort(dead_letter_ids.begin(), dead_letter_ids.end());
  dead_letter_ids.erase(std::unique(dead_letter_ids.begin(), dead_letter_ids.end()),
                        dead_letter_ids.end());
  ReplayResult result;
  for (const std::int64_t id : dead_letter_ids) {
    if (!keep_going()) return absl::CancelledError("stopped before all of them were replayed");
    if (auto status = ReplayOne(id, mode, result); !status.ok()) return status;
  }
  return result;
}

absl::Status DeadLetterOffice::ReplayOne(std::int64_t dead_letter_id, ReplayMode mode,
                                         ReplayResult& result) {
  const auto transaction = store_.BeginUnlocked();
  if (!transaction.ok()) return transaction.status();
  const auto letter = (*transaction)->LockDeadLetter(dead_letter_id);
  if (!letter.ok()) return letter.status();
  if (!*letter) {
    result.missing_ids.push_back(dead_letter_id);
    return absl::OkStatus();
  }
  const int partition = (*letter)->partition;
  const std::string_view entry = (*letter)->entry;
  const auto outcomes =
      BatchWriter(**transaction, partition, Folding::kOn).Write(std::span(&entry, 1));
  if (!outcomes.ok()) return outcomes.status();
  const bool died_again = outcomes->dead > 0;
  // Else it is rolled back, and with it the new letter of one that died again.
  if (mode == ReplayMode::kApply && !died_again) {
    if (auto status = (*transaction)->RemoveDeadLetter(dead_letter_id); !status.ok()) return status;
    if (auto status = (*transaction)->Commit(); !status.ok()) return status;
    metrics_.Replayed();
  } else if (mode == ReplayMode::kApply) {
    metrics_.ReplayRefused();
  }
  result.outcomes += *outcomes;
  return absl::OkStatus();
}

absl::StatusOr<std::int64_t> DeadLetterOffice::Discard(
    const std::vector<std::int64_t>& dead_letter_ids) {
  if (auto status = CheckIds(dead_letter_ids); !status.ok()) return status;
  const auto discarded = store_.DiscardDeadLetters(dead_letter_ids);
  if (discarded.ok()) metrics_.Discarded(*discarded);
  return discarded;
}

}  // namespace inkwell::flusher

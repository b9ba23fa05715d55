#include "services/flusher/schedule/cron_field.h"

#include <fmt/format.h>

#include <charconv>
#include <string>

#include "absl/strings/ascii.h"

namespace inkwell::flusher {
namespace {

struct Range {
  int low;
  int high;
};

absl::Status Bad(const CronField& field, const std::string& what) {
  return absl::InvalidArgumentError(fmt::format("{}: {}", field.name, what));
}

// Cuts `text` at the first `separator`: what is before it, leaving what is after it.
std::string_view TakeUntil(std::string_view& text, char separator) {
  const auto head = text.substr(0, text.find(separator));
  text.remove_prefix(head.size() < text.size() ? head.size() + 1 : head.size());
  return head;
}

absl::StatusOr<int> ParseNumber(const CronField& field, std::string_view text, Range allowed) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool is_number = end == text.data() + text.size() && error != std::errc::invalid_argument;
  if (!is_number) {
    return Bad(field,
               fmt::format("\"{}\" is no number{}; {} to {}", text,
                           field.value_names.empty() ? "" : " or name", allowed.low, allowed.high));
  }
  if (error != std::errc() || value < allowed.low || value > allowed.high) {
    return Bad(field, fmt::format("{} is out of range; {} to {}", text, allowed.low, allowed.high));
  }
  return value;
}

absl::StatusOr<int> ParseValue(const CronField& field, std::string_view text) {
  if (text.size() == 3) {
    const std::string name = absl::AsciiStrToLower(std::string(text));
    const auto at = field.value_names.find(name);
    if (at != std::string_view::npos && at % 3 == 0) return field.first + static_cast<int>(at / 3);
  }
  return ParseNumber(field, text, {field.first, field.last});
}

absl::StatusOr<Range> ParseRange(const CronField& field, std::string_view text) {
  if (text == "*") return Range{field.first, field.last};
  const bool is_range = text.find('-') != std::string_view::npos;
  std::string_view high_text = text;
  auto low = ParseValue(field, TakeUntil(high_text, '-'));
  if (!low.ok()) return low.status();
  if (!is_range) return Range{*low, *low};
  auto high = ParseValue(field, high_text);
  if (!high.ok()) return high.status();
  const bool ends_on_sunday = field.last == 7 && *high == 0;
  if (ends_on_sunday) *high = 7;
  if (*low > *high) {
    return Bad(field, fmt::format("{} runs backwards; the smaller value comes first", text));
  }
  return Range{*low, *high};
}

absl::Status AddItem(const CronField& field, std::string_view item, CronValues& values) {
  const bool has_step = item.find('/') != std::string_view::npos;
  std::string_view step_text = item;
  const std::string_view range_text = TakeUntil(step_text, '/');
  auto range = ParseRange(field, range_text);
  if (!range.ok()) return range.status();
  int step = 1;
  if (has_step) {
    if (range_text != "*" && range_text.find('-') == std::string_view::npos) {
      return Bad(field, fmt::format("\"{}\" has a step but no range; {}-{}/{} would have one", item,
                                    range_text, field.last, step_text));
    }
    auto parsed = ParseNumber(field, step_text, {1, field.last});
    if (!parsed.ok()) return parsed.status();
    step = *parsed;
  }
  for (int value = range->low; value <= range->high; value += step) {
    values.set(static_cast<std::size_t>(value));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<CronValues> ParseCronField(const CronField& field, std::string_view text) {
  CronValues values;
  bool more = true;
  while (more) {
    more = text.find(',') != std::string_view::npos;
    if (auto status = AddItem(field, TakeUntil(text, ','), values); !status.ok()) return status;
  }
  return values;
}

}  // namespace inkwell::flusher

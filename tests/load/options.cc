#include "tests/load/options.h"

#include <fmt/core.h>

#include <charconv>
#include <functional>
#include <string_view>
#include <system_error>

namespace inkwell::load {
namespace {

// Sets the value; returns what would be right if it is wrong, else nothing.
using Setter = std::function<std::string(std::string_view value)>;

struct Flag {
  std::string_view name;
  std::string_view value;  // how help shows it; empty: the flag takes none
  std::string_view help;
  Setter set;
};

template <typename Number>
bool ReadNumber(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

Setter Text(std::string& to) {
  return [&to](std::string_view value) {
    to = value;
    return std::string(value.empty() ? "it must not be empty" : "");
  };
}

Setter Integer(std::int64_t& to, std::int64_t least, std::int64_t most) {
  return [&to, least, most](std::string_view value) -> std::string {
    if (ReadNumber(value, to) && to >= least && to <= most) return {};
    return fmt::format("it must be a whole number from {} to {}", least, most);
  };
}

Setter Seed(std::uint64_t& to) {
  return [&to](std::string_view value) {
    return std::string(ReadNumber(value, to) ? "" : "it must be a whole number of 64 bits");
  };
}

Setter Rate(double& to) {
  return [&to](std::string_view value) {
    const bool right = ReadNumber(value, to) && to > 0 && to <= 1e7;
    return std::string(right ? "" : "it must be a number above 0, up to 10000000");
  };
}

Setter Duration(std::chrono::milliseconds& to) {
  return [&to](std::string_view value) -> std::string {
    const auto unit_at = value.find_first_not_of("0123456789.");
    const auto unit = unit_at == std::string_view::npos ? "" : value.substr(unit_at);
    const double unit_ms = unit == "ms"  ? 1
                           : unit == "s" ? 1e3
                           : unit == "m" ? 60e3
                           : unit == "h" ? 3600e3
                                         : 0;
    double number = 0;
    if (unit_ms > 0 && ReadNumber(value.substr(0, unit_at), number)) {
      const double ms = number * unit_ms;
      to = std::chrono::milliseconds(ms < 1e12 ? static_cast<std::int64_t>(ms) : 0);
      if (to.count() > 0) return {};
    }
    return "it must be a duration such as 500ms, 10s, 2m or 1h";
  };
}

Setter Switch(bool& to) {
  return [&to](std::string_view) {
    to = true;
    return std::string();
  };
}

template <typename T>
struct Choice {
  std::string_view name;
  T meaning;
};

template <typename T>
Setter OneOf(T& to, std::vector<Choice<T>> choices) {
  return [&to, choices = std::move(choices)](std::string_view value) -> std::string {
    std::string names;
    for (const auto& choice : choices) {
      if (choice.name == value) {
        to = choice.meaning;
        return {};
      }
      names += fmt::format("{}{}", names.empty() ? "" : ", ", choice.name);
    }
    return "it must be one of " + names;
  };
}

constexpr std::int64_t kMost = 1'000'000'000'000;

std::vector<Flag> FlagsOf(Options& o) {
  using Progress = ProgressStyle;
  return {
      {"target", "HOST:PORT", "inkwell-ingest (127.0.0.1:50051)", Text(o.target)},
      {"channels", "N", "connections (1)", Integer(o.channels, 1, 1024)},
      {"outstanding", "N", "calls under way at most (64)", Integer(o.outstanding, 1, 100'000)},
      {"batch", "N", "BatchCreateComments of N; 0: CreateComment (0)",
       Integer(o.batch, 0, 100'000)},
      {"stream", "N", "StreamChanges, N changes a message; 0: no streams (0)",
       Integer(o.stream, 0, 100'000)},
      {"streams", "N", "streams at a time (1)", Integer(o.streams, 1, 1000)},
      {"window", "N", "changes under way on each stream at most (8000)",
       Integer(o.window, 1, 10'000'000)},
      {"rate", "R", "open loop: comments sent per second (as fast as answered)", Rate(o.rate)},
      {"timeout", "DURATION", "deadline of each call, of a stream's next result (10s)",
       Duration(o.timeout)},
      {"count", "N", "end after N comments (no bound)", Integer(o.count, 1, kMost)},
      {"duration", "DURATION", "end after that time (no bound)", Duration(o.duration)},
      {"input", "FILE", "comments in JSON, one a line; -: standard input (generated)",
       Text(o.input)},
      {"repeat", "N", "go over the input N times; 0: no bound (1)", Integer(o.repeat, 0, kMost)},
      {"posts", "N", "generated: different posts (1000)", Integer(o.generator.posts, 1, kMost)},
      {"authors", "N", "generated: different authors (1000)",
       Integer(o.generator.authors, 1, kMost)},
      {"body_bytes", "N", "generated: size of a body (200)",
       Integer(o.generator.body_bytes, 0, 16 << 20)},
      {"seed", "N", "generated: same seed, same comments (1)", Seed(o.generator.seed)},
      {"ids", "server|client", "who gives out ids (server)",
       OneOf<bool>(o.client_ids, {{"server", false}, {"client", true}})},
      {"service_config", "FILE", "let gRPC balance and retry as this JSON says (neither)",
       Text(o.service_config)},
      {"retry", "", "retry what is worth it, with ids of the client", Switch(o.retry)},
      {"retry_for", "DURATION", "how long to retry a comment (1m)", Duration(o.retry_for)},
      {"acknowledged_file", "FILE", "write each acknowledged id there, one a line",
       Text(o.acknowledged_file)},
      {"progress", "auto|bar|plain|none", "on standard error (auto: bar on a terminal)",
       OneOf<Progress>(o.progress, {{"auto", Progress::kAuto},
                                    {"bar", Progress::kBar},
                                    {"plain", Progress::kPlain},
                                    {"none", Progress::kNone}})},
      {"format", "text|json", "of the result on standard output (text)",
       OneOf<ReportFormat>(o.format,
                           {{"text", ReportFormat::kText}, {"json", ReportFormat::kJson}})},
      {"help", "", "print this", Switch(o.help)},
  };
}

// What is wrong with one argument; empty if nothing is.
std::string Apply(std::string_view argument, const std::vector<Flag>& flags) {
  if (argument.substr(0, 2) != "--") {
    return fmt::format("\"{}\" is not a flag; flags look like --count=1000", argument);
  }
  const auto equals = argument.find('=');
  const auto name = argument.substr(2, equals == std::string_view::npos ? equals : equals - 2);
  for (const Flag& flag : flags) {
    if (flag.name != name) continue;
    const bool has_value = equals != std::string_view::npos;
    if (has_value == flag.value.empty()) {
      return flag.value.empty()
                 ? fmt::format("--{} takes no value", name)
                 : fmt::format("--{} needs a value: --{}={}", name, name, flag.value);
    }
    const auto value = has_value ? argument.substr(equals + 1) : "";
    const auto wrong = flag.set(value);
    return wrong.empty() ? "" : fmt::format("--{}={}: {}", name, value, wrong);
  }
  return fmt::format("--{} is not a flag; --help lists them", name);
}

}  // namespace

std::vector<std::string> ParseOptions(int argc, const char* const* argv, Options& options) {
  const auto flags = FlagsOf(options);
  std::vector<std::string> errors;
  for (int i = 1; i < argc; ++i) {
    if (auto wrong = Apply(argv[i], flags); !wrong.empty()) errors.push_back(std::move(wrong));
  }
  if (options.input.empty() && options.repeat != 1) {
    errors.emplace_back("--repeat goes over an input: it needs --input");
  }
  if (options.stream > 0 && (options.batch > 0 || options.rate > 0 || options.retry)) {
    errors.emplace_back("--stream goes without --batch, --rate and --retry");
  }
  if (options.stream > options.window) {
    errors.emplace_back("--window must have room for a message of --stream");
  }
  // A comment without an id would become another one each time.
  if (options.retry || !options.service_config.empty()) options.client_ids = true;
  return errors;
}

std::string HelpText() {
  Options defaults;
  std::string text =
      "Usage: inkwell-load [FLAG]...\n"
      "Sends comments to inkwell-ingest and tells how that went.\n\n";
  for (const Flag& flag : FlagsOf(defaults)) {
    const auto form = fmt::format("--{}{}{}", flag.name, flag.value.empty() ? "" : "=", flag.value);
    text += fmt::format("  {:<31} {}\n", form, flag.help);
  }
  text +=
      "\nGenerated comments have no end without --count or --duration; Ctrl-C stops any run.\n"
      "In an open loop, latency counts from when a call was due, also if it was sent late.\n"
      "Exit status: 0 if every comment was acknowledged, 1 if not, 2 for a bad flag.\n";
  return text;
}

}  // namespace inkwell::load

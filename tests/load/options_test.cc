#include "tests/load/options.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace inkwell::load {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string> Parse(std::vector<const char*> arguments, Options& options) {
  arguments.insert(arguments.begin(), "inkwell-load");
  return ParseOptions(static_cast<int>(arguments.size()), arguments.data(), options);
}

TEST(Options, AreRead) {
  Options options;
  EXPECT_THAT(Parse({"--target=host:1", "--rate=2.5e3", "--duration=1.5s", "--body_bytes=0",
                     "--retry", "--format=json", "--progress=plain"},
                    options),
              IsEmpty());
  EXPECT_EQ(options.target, "host:1");
  EXPECT_EQ(options.rate, 2500);
  EXPECT_EQ(options.duration, std::chrono::milliseconds(1500));
  EXPECT_EQ(options.generator.body_bytes, 0);
  EXPECT_EQ(options.format, ReportFormat::kJson);
  EXPECT_EQ(options.progress, ProgressStyle::kPlain);
  EXPECT_TRUE(options.client_ids) << "--retry without ids of the client would make doubles";
}

TEST(Options, ReportAllThatIsWrongAtOnce) {
  Options options;
  EXPECT_THAT(
      Parse({"count=1", "--cuont=1", "--count", "--count=0", "--count=7x", "--retry=yes",
             "--duration=10", "--timeout=0s", "--rate=-1", "--rate=nan", "--ids=mine"},
            options),
      ElementsAre(HasSubstr("\"count=1\" is not a flag"), HasSubstr("--cuont is not a flag"),
                  HasSubstr("--count needs a value"), HasSubstr("--count=0: it must be"),
                  HasSubstr("--count=7x: it must be"), HasSubstr("--retry takes no value"),
                  HasSubstr("--duration=10: it must be"), HasSubstr("--timeout=0s: it must be"),
                  HasSubstr("--rate=-1: it must be"), HasSubstr("--rate=nan: it must be"),
                  HasSubstr("--ids=mine: it must be one of server, client")));
}

TEST(Options, AServiceConfigMayRetrySoTheClientGivesIds) {
  Options options;
  EXPECT_THAT(Parse({"--service_config=config.json"}, options), IsEmpty());
  EXPECT_EQ(options.service_config, "config.json");
  EXPECT_TRUE(options.client_ids);
}

TEST(Options, StreamsGoAlone) {
  Options options;
  EXPECT_THAT(Parse({"--stream=500", "--streams=4", "--window=2000"}, options), IsEmpty());
  EXPECT_EQ(options.stream, 500);
  EXPECT_THAT(Parse({"--batch=10"}, options), ElementsAre(HasSubstr("goes without --batch")));
  Options small;
  EXPECT_THAT(Parse({"--stream=500", "--window=499"}, small), ElementsAre(HasSubstr("--window")));
}

TEST(Options, RepeatNeedsAnInput) {
  Options options;
  EXPECT_THAT(Parse({"--repeat=2"}, options), ElementsAre(HasSubstr("--input")));
}

}  // namespace
}  // namespace inkwell::load

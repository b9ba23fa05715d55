// Starting up: what the programs refuse, what they say, and which setting counts.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "tests/integration/run_program.h"
#include "tests/support/certificate_authority.h"
#include "tests/support/free_port.h"
#include "tests/support/stack.h"

namespace inkwell::testing {
namespace {

using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::Not;

// Both behave alike.
class StartUp : public ::testing::TestWithParam<std::string> {
 protected:
  static Ended Run(const Flags& flags, const Environment& environment = {}) {
    return RunProgram(Program(), flags, environment);
  }
  static std::string Program() {
    return GetParam() == "ingest" ? IngestProgram() : FlusherProgram();
  }
};

INSTANTIATE_TEST_SUITE_P(Of, StartUp, ::testing::Values("ingest", "flusher"),
                         [](const auto& program) { return program.param; });

TEST_P(StartUp, HelpAndVersionAreNoErrors) {
  const auto help = Run({"--help"});
  EXPECT_EQ(help.exit_code, 0);
  EXPECT_THAT(help.output, AllOf(HasSubstr("--redis"), HasSubstr("--drain_timeout"),
                                 HasSubstr("INKWELL_LOG_LEVEL")));
  const auto version = Run({"--version"});
  EXPECT_EQ(version.exit_code, 0);
  EXPECT_THAT(version.output, HasSubstr("inkwell "));
}

TEST_P(StartUp, RefusesAnUnknownFlag) {
  const auto ended = Run({"--partition=4"});
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(ended.output, HasSubstr("'partition'"));
}

TEST_P(StartUp, RefusesAWordThatIsNoFlag) {
  const auto ended = Run({"--partitions=4", "start"});
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(ended.output, AllOf(HasSubstr("'start'"), HasSubstr("--help")));
}

TEST_P(StartUp, NamesEveryBadSettingAtOnce) {
  const auto ended =
      Run({"--partitions=0", "--redis=localhost", "--drain_timeout=soon", "--no_such_flag=1"},
          {{"INKWELL_LOG_LEVEL", "loud"}});
  EXPECT_EQ(ended.exit_code, 1);
  for (const char* part : {"partitions", "from 1 to 4096", "redis", "expected redis://",
                           "drain_timeout", "250ms", "no_such_flag", "INKWELL_LOG_LEVEL", "loud"}) {
    EXPECT_THAT(ended.output, HasSubstr(part));
  }
}

TEST_P(StartUp, RefusesABadValueInTheEnvironment) {
  const auto ended = Run({}, {{"INKWELL_PARTITIONS", "0"}});
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(ended.output, AllOf(HasSubstr("INKWELL_PARTITIONS"), HasSubstr("'0'"),
                                  HasSubstr("from 1 to 4096")));
}

TEST_P(StartUp, NeverShowsAPasswordInARefusal) {
  for (const auto& ended :
       {Run({"--redis=redis://:hunter2@host:port"}), Run({"--redis", "redis://:hunter2@host:port"}),
        Run({}, {{"INKWELL_REDIS", "redis://:hunter2@host:port"}})}) {
    EXPECT_EQ(ended.exit_code, 1);
    EXPECT_THAT(ended.output, AllOf(HasSubstr("bad port"), Not(HasSubstr("hunter2"))));
  }
}

// Which it is, the build decides.
TEST_P(StartUp, RefusesAnEndpointForTracesThatItCantUse) {
  const auto ended = Run({"--otlp_endpoint=collector"});
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(ended.output,
              AllOf(HasSubstr("otlp_endpoint"), AnyOf(HasSubstr("expected http://host:port"),
                                                      HasSubstr("built without traces"))));
}

TEST_P(StartUp, RefusesASecretFileThatCantBeRead) {
  const auto ended = Run({"--redis_file=/no/such/file"});
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(ended.output, AllOf(HasSubstr("--redis_file"), HasSubstr("/no/such/file")));
}

// Which it is, the build decides.
TEST_P(StartUp, RefusesTlsToRedisThatItCantUse) {
  const auto ended = Run({"--redis=rediss://127.0.0.1:1", "--redis_tls_ca=/no/ca"});
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(ended.output,
              AnyOf(AllOf(HasSubstr("this build doesn't have"), HasSubstr("Debian 13")),
                    HasSubstr("--redis_tls_ca=/no/ca: can't be read")));
}

TEST_P(StartUp, RefusesFilesForTlsThatItWouldNotUse) {
  const auto ended = Run({"--redis=redis://127.0.0.1:1", "--redis_tls_ca=/no/ca"});
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(ended.output, AllOf(HasSubstr("--redis_tls_ca"), HasSubstr("use rediss://")));
}

TEST_P(StartUp, RefusesCertificatesThatNobodyWouldTake) {
  const CertificateAuthority ca;
  const auto server = ca.Issue("server");
  const auto expired = ca.Issue("expired", -1);
  const auto refusal = [](const Flags& flags) {
    auto all = flags;
    all.insert(all.end(), {"--listen=127.0.0.1:0", "--http_listen=127.0.0.1:0",
                           "--redis=redis://127.0.0.1:1"});
    const auto ended = Run(all);
    EXPECT_EQ(ended.exit_code, 1);
    return ended.output;
  };
  const std::string cert = "--tls_cert=" + server.cert.string();
  EXPECT_THAT(refusal({"--tls_cert=" + expired.cert.string(), "--tls_key=" + expired.key.string()}),
              AllOf(HasSubstr("--tls_cert=" + expired.cert.string()), HasSubstr("has expired")));
  EXPECT_THAT(refusal({cert, "--tls_key=" + expired.key.string()}),
              AllOf(HasSubstr("--tls_key=" + expired.key.string()), HasSubstr("is not the key")));
  EXPECT_THAT(refusal({cert}), HasSubstr("--tls_key=: is not set"));
  EXPECT_THAT(refusal({cert, "--tls_key=/no/key", "--tls_client_ca=/no/ca"}),
              AllOf(HasSubstr("--tls_key=/no/key"), HasSubstr("--tls_client_ca=/no/ca")));
}

TEST_P(StartUp, RefusesATokensFileAndNamesItsBadLines) {
  const TempDir folder;
  const auto file = folder.path() / "tokens";
  std::ofstream(file) << "me hunter2 operator\n";
  const auto ended = Run({"--auth_tokens_file=" + file.string(), "--listen=127.0.0.1:0",
                          "--http_listen=127.0.0.1:0", "--redis=redis://127.0.0.1:1"});
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(ended.output, AllOf(HasSubstr("--auth_tokens_file=" + file.string()),
                                  HasSubstr("line 1: bad hash"), Not(HasSubstr("hunter2"))));
}

TEST_P(StartUp, WarnsOfAPortThatIsOpenToStrangers) {
  // An address for examples (RFC 5737), which no machine has.
  const auto ended =
      Run({"--listen=192.0.2.1:1", "--http_listen=127.0.0.1:0", "--redis=redis://127.0.0.1:1"});
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(ended.output, AllOf(HasSubstr("without TLS and tokens"), HasSubstr("--tls_cert"),
                                  HasSubstr("--auth_tokens_file")));
}

TEST_P(StartUp, RefusesAPortThatIsTaken) {
  Stack stack;
  const auto& owner = stack.AddIngest();
  const auto listen = "--listen=127.0.0.1:" + std::to_string(owner.port());
  const auto ended = Run({listen, "--redis=" + stack.redis().Url()});
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(ended.output, AllOf(HasSubstr(listen), HasSubstr("free port")));
}

TEST_P(StartUp, AFlagBeatsTheEnvironmentWhichBeatsTheDefault) {
  // Nobody listens on port 1: a Redis that the machine may have is not ours to touch.
  ServiceProcess service(Program(), {"--namespace=from-flag"},
                         {{"INKWELL_REDIS", "redis://127.0.0.1:1"},
                          {"INKWELL_POSTGRES", "postgresql://127.0.0.1:1/nowhere"},
                          {"INKWELL_NAMESPACE", "from-environment"},
                          {"INKWELL_PARTITIONS", "7"},
                          {"INKWELL_PARTITONS", "8"}});
  service.Start();
  EXPECT_THAT(service.Log(), AllOf(HasSubstr("--namespace=from-flag"), HasSubstr("--partitions=7"),
                                   HasSubstr("--drain_timeout=10s")));
  EXPECT_THAT(service.Log(), HasSubstr("INKWELL_PARTITONS names no flag")) << "a misspelt one";
}

TEST_P(StartUp, ReadsTheRedisUrlFromAFileAndKeepsItsPassword) {
  Stack stack({.redis = {.config = {"requirepass hunter2"}}});
  const TempDir folder;
  const auto file = folder.path() / "url";
  std::ofstream(file) << "redis://:hunter2@127.0.0.1:" << stack.redis().port() << "\n";
  const Flags flags{"--redis_file=" + file.string()};
  auto& service = GetParam() == "ingest" ? stack.AddIngest(flags) : stack.AddFlusher(flags);
  if (GetParam() == "flusher") Flush(service);
  EXPECT_THAT(service.Log(), AllOf(HasSubstr("redis://:***@127.0.0.1"), Not(HasSubstr("hunter2"))));
}

TEST_P(StartUp, RefusesAPartitionCountOtherThanTheStoredOne) {
  Stack stack;
  stack.AddIngest({"--partitions=4"});
  // Not even a flusher with nothing to do for a day may go on.
  auto flags = GetParam() == "ingest" ? Flags{} : OnRequestOnly();
  flags.insert(flags.end(),
               {"--listen=127.0.0.1:0", "--redis=" + stack.redis().Url(), "--partitions=8"});
  if (GetParam() == "flusher") flags.push_back("--postgres=" + stack.postgres().Url());
  const auto ended = Run(flags);
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(ended.output, AllOf(HasSubstr("--partitions=8"), HasSubstr("--partitions=4")));
}

TEST(FlusherStartUp, ReadsThePostgresUrlFromAFileAndHidesItsPassword) {
  Stack stack({.postgres = {.password = "correct-horse"}});
  const TempDir folder;
  const auto file = folder.path() / "url";
  std::ofstream(file) << stack.postgres().Url() << "\n";
  auto& flusher = stack.AddFlusher({"--postgres_file=" + file.string()});
  EXPECT_THAT(flusher.Log(),
              AllOf(HasSubstr("postgresql://***@127.0.0.1"), Not(HasSubstr("correct-horse"))));
}

TEST(FlusherStartUp, RefusesABadPostgresUrlWithoutShowingIt) {
  for (const auto& ended :
       {RunProgram(FlusherProgram(), {"--postgres=postgresql://me:hunter2@[host/db"}),
        RunProgram(FlusherProgram(), {}, {{"INKWELL_POSTGRES", "password = 'hunter2"}})}) {
    EXPECT_EQ(ended.exit_code, 1);
    EXPECT_THAT(ended.output,
                AllOf(HasSubstr("not a Postgres address"), Not(HasSubstr("hunter2"))));
  }
}

TEST(FlusherStartUp, RefusesAPostgresFileThatCantBeRead) {
  const auto ended = RunProgram(FlusherProgram(), {"--postgres_file=/no/such/file"});
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(ended.output, HasSubstr("--postgres_file"));
}

TEST(FlusherStartUp, MigratesAloneWhereItIsAskedTo) {
  Stack stack;
  const auto postgres = "--postgres=" + stack.postgres().Url();
  for (int i = 0; i < 2; ++i) {
    const auto ended = RunProgram(FlusherProgram(), {"migrate", postgres});
    EXPECT_EQ(ended.exit_code, 0) << ended.output;
  }
  EXPECT_EQ(stack.CountComments(), 0);
  stack.AddFlusher({"--migrate=false"});
  EXPECT_EQ(
      RunProgram(FlusherProgram(), {"migrate", "--postgres=postgresql://127.0.0.1:1/x"}).exit_code,
      1);
}

}  // namespace
}  // namespace inkwell::testing

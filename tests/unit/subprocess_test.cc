#include "tests/support/subprocess.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "tests/support/process_tree.h"
#include "tests/support/temp_dir.h"

namespace inkwell::testing {
namespace {

Subprocess::Options Shell(const std::string& script) {
  Subprocess::Options options;
  options.argv = {"sh", "-c", script};
  return options;
}

TEST(SubprocessTest, TellsHowItEnded) {
  EXPECT_EQ(RunToEnd(Shell("exit 7")).value(), 7);
  EXPECT_EQ(RunToEnd(Shell("kill -TERM $$")).value(), -SIGTERM);
  Subprocess::Options missing;
  missing.argv = {"no-such-program"};
  EXPECT_EQ(RunToEnd(missing).value(), 127);
}

TEST(SubprocessTest, PassesEnvironmentAndLogs) {
  const TempDir folder;
  auto options = Shell("echo $GREETING; echo oops >&2");
  options.environment["GREETING"] = "hello";
  options.log = folder.path() / "log";
  ASSERT_EQ(RunToEnd(options).value(), 0);
  std::ifstream log(options.log);
  EXPECT_EQ(std::string(std::istreambuf_iterator(log), {}), "hello\noops\n");
}

TEST(SubprocessTest, KillsAllThatItStarted) {
  const TempDir folder;
  auto options = Shell("sleep 1000 & echo $!; wait");
  options.log = folder.path() / "log";
  pid_t grandchild = 0;
  {
    auto process = Subprocess::Start(options).value();
    EXPECT_TRUE(Await([&] { return bool(std::ifstream(options.log) >> grandchild); }));
    EXPECT_TRUE(Runs(grandchild));
    EXPECT_FALSE(process.Wait(std::chrono::seconds(0)));
  }
  EXPECT_TRUE(Await([grandchild] { return !Runs(grandchild); }));
}

TEST(SubprocessTest, SignalsNobodyOnceItEnded) {
  auto process = Subprocess::Start(Shell("exit 0")).value();
  EXPECT_EQ(process.Wait(), 0);
  process.Signal(SIGKILL);
  EXPECT_EQ(process.Wait(), 0);
}

}  // namespace
}  // namespace inkwell::testing

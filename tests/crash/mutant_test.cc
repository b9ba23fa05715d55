// Tests of these tests: programs with a fault of ours on purpose must not pass them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "tests/support/subprocess.h"
#include "tests/support/temp_dir.h"

namespace inkwell::testing {
namespace {

// What `test` of this very program says if it fails against that mutant.
std::string FailureOf(const std::string& test, const std::string& mutant) {
  const TempDir folder;
  Subprocess::Options options;
  options.argv = {std::filesystem::read_symlink("/proc/self/exe"), "--gtest_filter=" + test};
  options.environment = {{"INKWELL_MUTANT", mutant}};
  options.log = folder.path() / "log";
  EXPECT_EQ(RunToEnd(options, 2 * kPatience).value(), 1) << "it passes";
  std::ifstream log(options.log);
  return {std::istreambuf_iterator<char>(log), {}};
}

TEST(Mutant, ThatPopsDestructivelyLosesWhatItDidNotCommit) {
  EXPECT_THAT(FailureOf("InterruptedFlusher.DiesBeforeItCommits", "pop-destructively"),
              ::testing::HasSubstr("LOST: the create was acknowledged"));
}

TEST(Mutant, ThatIgnoresRevisionsOverwritesNewerEdits) {
  EXPECT_THAT(FailureOf("LatePush.DoesNotOverwriteANewerEdit", "no-revision-guard"),
              ::testing::HasSubstr("OVERWRITTEN by something older: the body"));
}

}  // namespace
}  // namespace inkwell::testing

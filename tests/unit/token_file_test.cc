#include "common/server/token_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "tests/support/await.h"
#include "tests/support/temp_dir.h"

namespace inkwell {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr const char* kAbc =
    "a ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad writer\n";
constexpr const char* kOther =
    "b d9298a10d1b0735837dc4bd85dac641b0f3cef27a47e5d53a54f2f3f5b2fcffa writer\n";

class TokenFileTest : public ::testing::Test {
 protected:
  void Write(const std::string& text) { std::ofstream(path_) << text; }
  // Looked at again only when the test says so, unless it says otherwise.
  std::unique_ptr<TokenFile> Open(std::chrono::milliseconds interval = std::chrono::hours(24)) {
    auto file = TokenFile::Open({path_, interval});
    EXPECT_TRUE(file.ok()) << file.status();
    return *std::move(file);
  }
  static bool Knows(const TokenFile& file, std::string_view token) {
    return file.Current()->Find(token) != nullptr;
  }

  testing::TempDir folder_;
  std::string path_ = folder_.path() / "tokens";
};

TEST_F(TokenFileTest, TakesAnotherVersion) {
  Write(kAbc);
  const auto file = Open();
  EXPECT_TRUE(Knows(*file, "abc"));
  Write(kOther);
  EXPECT_FALSE(Knows(*file, "other"));
  file->Refresh();
  EXPECT_TRUE(Knows(*file, "other"));
  EXPECT_FALSE(Knows(*file, "abc")) << "it was taken away";
}

TEST_F(TokenFileTest, LooksByItself) {
  Write(kAbc);
  const auto file = Open(std::chrono::milliseconds(1));
  Write(kOther);
  EXPECT_TRUE(testing::Await([&] { return Knows(*file, "other"); }));
}

TEST_F(TokenFileTest, KeepsWhatItHasIfTheNewVersionIsBad) {
  Write(kAbc);
  const auto file = Open();
  for (const char* bad : {"", "a b c\n"}) {
    Write(bad);
    file->Refresh();
    EXPECT_TRUE(Knows(*file, "abc")) << bad;
  }
  std::filesystem::remove(path_);
  file->Refresh();
  EXPECT_TRUE(Knows(*file, "abc"));
  Write(kOther);
  file->Refresh();
  EXPECT_TRUE(Knows(*file, "other")) << "once it is mended";
}

TEST_F(TokenFileTest, WhoHoldsAVersionKeepsIt) {
  Write(kAbc);
  const auto file = Open();
  const auto held = file->Current();
  Write(kOther);
  file->Refresh();
  EXPECT_NE(held->Find("abc"), nullptr);
}

TEST_F(TokenFileTest, RefusesAtFirstAFileThatIsBadOrCantBeRead) {
  const auto error = [](const std::string& path) {
    return std::string(TokenFile::Open({path, std::chrono::hours(1)}).status().message());
  };
  EXPECT_THAT(error("/no/such/file"),
              AllOf(HasSubstr("--auth_tokens_file=/no/such/file"), HasSubstr("No such file")));
  EXPECT_THAT(error(folder_.path()), HasSubstr("Is a directory"));
  Write("a b c\n");
  EXPECT_THAT(error(path_), AllOf(HasSubstr(path_), HasSubstr("line 1: bad hash")));
  Write(std::string((1 << 20) + 1, '\n'));
  EXPECT_THAT(error(path_), HasSubstr("more than 1048576 bytes"));
}

}  // namespace
}  // namespace inkwell

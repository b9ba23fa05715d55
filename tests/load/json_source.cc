#include <fmt/core.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>
#include <utility>
#include <vector>

#include "google/protobuf/util/json_util.h"
#include "tests/load/source.h"

namespace inkwell::load {
namespace {

// So that a file of another kind doesn't fill the screen.
constexpr int kErrorsShown = 10;

class Repeated final : public Source {
 public:
  Repeated(std::vector<v1::Comment> comments, std::int64_t repeat)
      : comments_(std::move(comments)), repeat_(repeat) {}

  bool Next(v1::Comment& comment) override {
    if (next_ == comments_.size()) {
      if (++pass_ == repeat_)
        --pass_;  // stays at the end however often it is asked
      else
        next_ = 0;
    }
    if (next_ == comments_.size()) return false;
    comment = comments_[next_++];
    if (pass_ > 0) comment.clear_comment_id();
    return true;
  }

  std::optional<std::int64_t> Size() const override {
    if (repeat_ == 0) return std::nullopt;
    return static_cast<std::int64_t>(comments_.size()) * repeat_;
  }

 private:
  const std::vector<v1::Comment> comments_;
  const std::int64_t repeat_;
  std::size_t next_ = 0;
  std::int64_t pass_ = 0;
};

absl::StatusOr<std::vector<v1::Comment>> Parse(std::istream& lines, const std::string& name) {
  std::vector<v1::Comment> comments;
  std::string errors;
  int bad_lines = 0;
  std::string line;
  for (std::int64_t number = 1; std::getline(lines, line); ++number) {
    v1::Comment comment;
    const auto status = google::protobuf::util::JsonStringToMessage(line, &comment);
    if (status.ok()) {
      comments.push_back(std::move(comment));
    } else if (++bad_lines <= kErrorsShown) {
      errors += fmt::format("{}:{}: is not an inkwell.v1.Comment in JSON: {}\n", name, number,
                            status.ToString());
    }
  }
  if (lines.bad()) return absl::DataLossError(fmt::format("{}: can't be read to its end", name));
  if (bad_lines > kErrorsShown) {
    errors += fmt::format("… and {} more bad lines\n", bad_lines - kErrorsShown);
  }
  if (!errors.empty()) {
    errors.pop_back();
    return absl::InvalidArgumentError(errors);
  }
  if (comments.empty()) return absl::InvalidArgumentError(fmt::format("{}: holds no line", name));
  return comments;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Source>> ReadJsonLines(const std::string& path,
                                                      std::int64_t repeat) {
  absl::StatusOr<std::vector<v1::Comment>> comments;
  if (path == "-") {
    comments = Parse(std::cin, "standard input");
  } else {
    std::ifstream file(path);
    if (!file) return absl::NotFoundError(fmt::format("{}: {}", path, std::strerror(errno)));
    comments = Parse(file, path);
  }
  if (!comments.ok()) return comments.status();
  return std::make_unique<Repeated>(*std::move(comments), repeat);
}

}  // namespace inkwell::load

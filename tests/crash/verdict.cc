#include "tests/crash/verdict.h"

#include <fmt/format.h>

#include <map>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "common/queue/keys.h"
#include "common/redis/connection.h"

namespace inkwell::testing {
namespace {

// Stories of more than these would only be the same again.
constexpr int kStories = 3;

// One row a line, its fields parted by tabs, since the stack reads one column.
constexpr char kRows[] = R"sql(
SELECT concat_ws(E'\t', comment_id, post_id, body, coalesce(attributes->>'call', ''),
                 body_revision, attributes_revision, revision, (delete_time IS NOT NULL)::int)
FROM comments)sql";

// A script, so that all of a partition is of one moment.
constexpr std::string_view kReadBooks = R"lua(
return {redis.call('LLEN', KEYS[1]), redis.call('HMGET', KEYS[2], unpack(ARGV))}
)lua";

std::pair<std::string, Row> Parse(const std::string& line) {
  std::istringstream fields(line);
  std::string comment_id;
  Row row;
  std::getline(fields, comment_id, '\t');
  std::getline(fields, row.post_id, '\t');
  std::getline(fields, row.body, '\t');
  std::getline(fields, row.attribute, '\t');
  fields >> row.body_revision >> row.attributes_revision >> row.revision >> row.deleted;
  return {comment_id, row};
}

std::map<std::string, Row> ReadRows(Stack& stack) {
  std::map<std::string, Row> rows;
  for (const auto& line : stack.QueryAll(kRows)) rows.insert(Parse(line));
  return rows;
}

}  // namespace

Books ReadBooks(const std::string& redis_url, int partitions) {
  auto connection =
      redis::Connection::Connect(*redis::ParseUrl(redis_url), redis::ConnectOptions());
  if (!connection.ok()) throw std::runtime_error(std::string(connection.status().message()));
  Books books;
  for (const auto& keys : queue::MakePartitionKeys("comments", partitions)) {
    std::vector<std::string_view> command{"EVAL",       kReadBooks, "2",
                                          keys.changes, keys.meta,  queue::kHeadField};
    command.insert(command.end(), queue::kOutcomeFields.begin(), queue::kOutcomeFields.end());
    connection->Append(command);
    const auto reply = connection->Read();
    if (!reply.ok()) throw std::runtime_error(std::string(reply.status().message()));
    const redis::Reply meta = (**reply)[1];
    books.pending += (**reply)[0].Integer();
    books.head += meta[0].Number();
    for (std::size_t i = 1; i < meta.Size(); ++i) books.outcomes += meta[i].Number();
  }
  return books;
}

std::string JudgeRows(Stack& stack, History& history) {
  std::ostringstream verdict;
  int wrong = 0;
  auto rows = ReadRows(stack);
  for (auto& comments : history.series) {
    for (auto& comment : comments) {
      const auto row = rows.extract(comment.comment_id());
      const auto problems = comment.Judge(row ? std::optional(row.mapped()) : std::nullopt);
      if (problems.empty() || ++wrong > kStories) continue;
      for (const auto& problem : problems) verdict << problem << '\n';
      verdict << comment.Story() << '\n';
    }
  }
  if (wrong > 0) verdict << wrong << " comments are not as they should be\n";
  if (!rows.empty()) verdict << "WRONG: nobody created " << rows.begin()->first << '\n';
  for (const auto& letter : stack.QueryAll(
           "SELECT concat_ws(' ', comment_id, reason, detail) FROM dead_letters LIMIT 3")) {
    verdict << "DEAD: " << letter << '\n';
  }
  return verdict.str();
}

std::string JudgeBooks(const Books& books) {
  if (books.pending == 0 && books.head == books.outcomes) return "";
  return fmt::format("UNBALANCED: {} entries left Redis, {} have an outcome, {} are pending\n",
                     books.head, books.outcomes, books.pending);
}

}  // namespace inkwell::testing

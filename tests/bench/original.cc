// bench-original: the design that Inkwell replaces. Comments are JSON on one list; a single
// consumer reads a batch by LRANGE, writes it by one INSERT of many rows, and drops it by
// LTRIM. Kinder to it than it was: this is C++, with a connection kept open and the ids
// given.
#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "common/redis/connection.h"
#include "common/server/common_flags.h"
#include "common/server/flags.h"
#include "tests/bench/corpus.h"
#include "tests/bench/raw_postgres.h"

ABSL_FLAG(std::string, postgres, "", "The database, as libpq takes it");
ABSL_FLAG(std::int64_t, count, 100'000, "How many comments");
ABSL_FLAG(std::int64_t, body_bytes, 200, "Size of a body");
ABSL_FLAG(std::int64_t, batch_rows, 1'000, "Rows in one INSERT, 10,000 at most");

namespace inkwell::bench {
namespace {

constexpr std::string_view kList = "comments";
constexpr int kColumns = 5;

redis::Connection Connect() {
  auto connection = redis::Connection::Connect(QueueOptionsFromFlags().url, {});
  if (connection.ok()) return *std::move(connection);
  fmt::print(stderr, "bench-original: {}\n", std::string(connection.status().message()));
  std::exit(EXIT_FAILURE);
}

redis::OwnedReply Call(redis::Connection& redis, std::initializer_list<std::string_view> command) {
  auto reply = redis.Call(command);
  if (reply.ok()) return *std::move(reply);
  fmt::print(stderr, "bench-original: {}\n", std::string(reply.status().message()));
  std::exit(EXIT_FAILURE);
}

std::string JsonOf(const v1::Comment& comment) {
  return nlohmann::json{{"comment_id", comment.comment_id()},
                        {"post_id", comment.post_id()},
                        {"author_id", comment.author_id()},
                        {"body", comment.body()},
                        {"create_time", "2026-01-01T00:00:00.000Z"}}
      .dump();
}

void Fill(redis::Connection& redis, std::int64_t count) {
  Corpus corpus({.partitions = 1, .body_bytes = absl::GetFlag(FLAGS_body_bytes)});
  constexpr std::int64_t kAtATime = 1000;
  for (std::int64_t done = 0; done < count; done += kAtATime) {
    std::vector<std::string> elements;
    for (std::int64_t i = done; i < std::min(count, done + kAtATime); ++i) {
      elements.push_back(JsonOf(corpus.NextComment()));
    }
    std::vector<std::string_view> command{"RPUSH", kList};
    command.insert(command.end(), elements.begin(), elements.end());
    redis.Append(command);
    if (!redis.Read().ok()) std::exit(EXIT_FAILURE);
  }
}

std::string InsertSql(std::size_t rows) {
  std::string sql =
      "INSERT INTO comments (comment_id, post_id, author_id, body, create_time, update_time, "
      "attributes, revision) VALUES ";
  for (std::size_t row = 0; row < rows; ++row) {
    const std::size_t first = row * kColumns;
    sql += fmt::format("{}(${}, ${}, ${}, ${}, ${}, ${}, '{{}}', 0)", row == 0 ? "" : ", ",
                       first + 1, first + 2, first + 3, first + 4, first + 5, first + 5);
  }
  return sql + " ON CONFLICT DO NOTHING";
}

void Insert(RawPostgres& postgres, const redis::Reply& elements) {
  std::vector<std::string> values;
  values.reserve(elements.Size() * kColumns);
  for (std::size_t i = 0; i < elements.Size(); ++i) {
    const auto comment = nlohmann::json::parse(elements[i].Text());
    for (const char* field : {"comment_id", "post_id", "author_id", "body", "create_time"}) {
      values.push_back(comment[field].get<std::string>());
    }
  }
  std::vector<const char*> parameters;
  parameters.reserve(values.size());
  for (const auto& value : values) parameters.push_back(value.c_str());
  postgres.ExecPrepared("insert_" + std::to_string(elements.Size()), parameters);
}

// The batches are of two sizes at most, and so are the prepared statements.
void Drain(redis::Connection& redis, RawPostgres& postgres, std::int64_t batch_rows) {
  std::size_t prepared = 0;
  while (true) {
    const auto reply = Call(redis, {"LRANGE", kList, "0", std::to_string(batch_rows - 1)});
    const std::size_t rows = (*reply).Size();
    if (rows == 0) return;
    if (rows != prepared) postgres.Prepare("insert_" + std::to_string(rows), InsertSql(rows));
    prepared = rows;
    Insert(postgres, *reply);
    Call(redis, {"LTRIM", kList, std::to_string(rows), "-1"});
  }
}

int Run(const std::vector<std::string>& words) {
  const std::int64_t count = absl::GetFlag(FLAGS_count);
  redis::Connection redis = Connect();
  if (words == std::vector<std::string>{"fill"}) {
    Fill(redis, count);
    return EXIT_SUCCESS;
  }
  RawPostgres postgres(absl::GetFlag(FLAGS_postgres));
  const auto start = std::chrono::steady_clock::now();
  Drain(redis, postgres, absl::GetFlag(FLAGS_batch_rows));
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
  fmt::print("{{\"rows\": {}, \"seconds\": {}}}\n", count, elapsed.count());
  return EXIT_SUCCESS;
}

}  // namespace
}  // namespace inkwell::bench

int main(int argc, char** argv) {
  return inkwell::bench::Run(
      inkwell::ParseFlags(argc, argv, "bench-original fill | drain: the design before Inkwell."));
}

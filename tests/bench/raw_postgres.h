// Postgres as a careful user of libpq drives it, with nothing of ours in between: what the
// flusher is compared with. Failures end the program, with what Postgres said.
#pragma once

#include <libpq-fe.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace inkwell::bench {

// Move-only, thread-compatible.
class RawPostgres {
 public:
  explicit RawPostgres(const std::string& conninfo);

  void Exec(const std::string& sql);
  void Prepare(const std::string& name, const std::string& sql);
  // With text parameters.
  void ExecPrepared(const std::string& name, const std::vector<const char*>& values);
  // `bytes` is a whole copy, from header to trailer.
  void Copy(const std::string& sql, std::string_view bytes);

 private:
  struct Finish {
    void operator()(PGconn* connection) const { PQfinish(connection); }
  };

  // Ends the program unless the result is of that kind.
  void Expect(PGresult* owned, ExecStatusType wanted, std::string_view what);
  [[noreturn]] void Fail(std::string_view what);

  std::unique_ptr<PGconn, Finish> connection_;
};

}  // namespace inkwell::bench

#include "services/flusher/store/table_kind.h"

#include "common/base/errors.h"

namespace inkwell::flusher {

absl::Status CheckTableKind(PgConnection& connection, bool partitioned) {
  const auto kind =
      connection.Exec("SELECT relkind = 'p' FROM pg_class WHERE oid = 'comments'::regclass");
  if (!kind.ok()) return Annotate(kind.status(), "looking at the table comments");
  const bool is_partitioned = kind->Value(0, 0) == "t";
  if (is_partitioned == partitioned) return absl::OkStatus();
  return Error(absl::StatusCode::kFailedPrecondition, "TABLE_KIND",
               is_partitioned
                   ? "the table comments is one of partitions, but --table_partitions is 0: set it "
                     "to their number"
                   : "the table comments is a plain one, although the migration that partitions it "
                     "was applied: set --table_partitions to 0, or delete the migration's row from "
                     "schema_migrations, so that it is applied again");
}

}  // namespace inkwell::flusher

#include "services/ingest/call_context.h"

namespace inkwell::ingest {

absl::StatusOr<Durability> AvailableDurability(const CallContext& context, v1::Durability wanted) {
  const auto durability = ToDurability(wanted, context.default_durability);
  if (!durability.ok()) return durability;
  if (auto status = context.writer.CheckDurability(*durability); !status.ok()) return status;
  return durability;
}

}  // namespace inkwell::ingest

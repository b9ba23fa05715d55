#include "common/server/log_fields.h"

#include <utility>

namespace inkwell {
namespace {

thread_local std::span<const LogField> current;

}  // namespace

WithLogFields::WithLogFields(std::span<const LogField> fields)
    : outer_(std::exchange(current, fields)) {}

WithLogFields::~WithLogFields() { current = outer_; }

std::span<const LogField> CurrentLogFields() { return current; }

}  // namespace inkwell

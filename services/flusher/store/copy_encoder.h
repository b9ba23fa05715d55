// Comments as PostgreSQL's binary COPY takes them: header, rows, trailer.
// Pure functions, thread-safe.
//
// The format: https://www.postgresql.org/docs/current/sql-copy.html, "Binary Format".
#pragma once

#include <string>
#include <string_view>

#include "services/flusher/store/store.h"

namespace inkwell::flusher {

// The columns of a row, in its order.
inline constexpr std::string_view kCommentColumns =
    "comment_id, post_id, author_id, reply_to_id, body, attributes, create_time, update_time, "
    "delete_time, revision, body_revision, attributes_revision";

// Signature, no flags, no header extension.
inline constexpr std::string_view kCopyHeader{"PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19};
// A field count of -1.
inline constexpr std::string_view kCopyTrailer{"\377\377", 2};

void AppendCommentRow(std::string& out, const NewComment& comment);

}  // namespace inkwell::flusher

-- migrate:up
CREATE TABLE comments (
  comment_id uuid PRIMARY KEY,
  post_id text NOT NULL,
  author_id text NOT NULL,
  -- Not a foreign key: the comment that this one answers may come later, or never.
  reply_to_id uuid,
  body text NOT NULL,
  attributes jsonb NOT NULL,
  -- When ingest accepted the create, and the newest update (before any: the create).
  create_time timestamptz NOT NULL,
  update_time timestamptz NOT NULL,
  -- Set: a tombstone, whose body and attributes are empty, as if it had had no updates.
  delete_time timestamptz,
  -- That of the newest update, and of the newest that set the body or the attributes; 0
  -- before any. An update is applied to what it is newer than, so that the order in which
  -- updates come makes no difference.
  revision bigint NOT NULL,
  body_revision bigint NOT NULL DEFAULT 0,
  attributes_revision bigint NOT NULL DEFAULT 0
);

-- A post's comments in order, a page at a time.
CREATE INDEX comments_post_id_create_time_comment_id
  ON comments (post_id, create_time, comment_id);

-- migrate:down
DROP TABLE comments;

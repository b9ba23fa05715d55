-- migrate:up
CREATE TABLE dead_letters (
  dead_letter_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  partition int,
  -- The list entry as it lay in Redis.
  change bytea NOT NULL,
  -- Unknown if the entry did not decode.
  comment_id uuid,
  -- UPPER_SNAKE_CASE.
  reason text NOT NULL,
  -- Unless it was not Postgres that refused it.
  sqlstate text,
  detail text NOT NULL,
  create_time timestamptz NOT NULL DEFAULT now()
);

-- A batch may be written twice (a crash between COMMIT and trim); its dead letters
-- then stay one row each. Every entry differs from any other by its push id.
CREATE UNIQUE INDEX dead_letters_partition_change
  ON dead_letters (partition, sha256(change));

-- Should the create of a comment come after its update or delete, those are looked for.
CREATE INDEX dead_letters_comment_not_found
  ON dead_letters (comment_id) WHERE reason = 'COMMENT_NOT_FOUND';

-- migrate:down
DROP TABLE dead_letters;

-- migrate:up
-- Makes comments a table of hash partitions: of inkwell.table_partitions of them (SET, ALTER
-- DATABASE … SET, or PGOPTIONS), 16 unless that is set. It keeps rows, owner, grants, defaults and
-- CHECKs. Nobody else reads or writes the table meanwhile.
LOCK TABLE comments IN ACCESS EXCLUSIVE MODE;

-- What else was added to the table would be lost in silence.
DO $$
DECLARE
  added text;
BEGIN
  SELECT string_agg(what, ', ' ORDER BY what) INTO added FROM (
    SELECT format('index %s', indexrelid::regclass) FROM pg_index
    WHERE indrelid = 'comments'::regclass
      AND indexrelid::regclass::text NOT IN
        ('comments_pkey', 'comments_post_id_create_time_comment_id')
    UNION ALL
    SELECT format('trigger %I', tgname) FROM pg_trigger
    WHERE tgrelid = 'comments'::regclass AND NOT tgisinternal
    UNION ALL
    SELECT format('foreign key %I of %s', conname, conrelid::regclass) FROM pg_constraint
    WHERE contype = 'f' AND 'comments'::regclass IN (conrelid, confrelid)
    UNION ALL
    SELECT format('policy %I', polname) FROM pg_policy WHERE polrelid = 'comments'::regclass
    UNION ALL
    SELECT format('grant on column %I', attname) FROM pg_attribute
    WHERE attrelid = 'comments'::regclass AND attacl IS NOT NULL
    UNION ALL
    SELECT format('publication %I', pubname) FROM pg_publication_rel
    JOIN pg_publication AS p ON p.oid = prpubid WHERE prrelid = 'comments'::regclass
  ) AS found (what);
  IF added IS NOT NULL THEN
    RAISE EXCEPTION 'comments has what this does not carry over (%): drop it, migrate, and add it again', added;
  END IF;
END $$;

ALTER TABLE comments RENAME TO comments_before;
ALTER INDEX comments_pkey RENAME TO comments_before_pkey;
ALTER INDEX comments_post_id_create_time_comment_id RENAME TO comments_before_index;

CREATE TABLE comments (LIKE comments_before INCLUDING ALL EXCLUDING INDEXES)
  PARTITION BY HASH (comment_id);

DO $$
DECLARE
  count int := coalesce(nullif(current_setting('inkwell.table_partitions', true), ''), '16');
  owner text := (SELECT relowner::regrole FROM pg_class WHERE oid = 'comments_before'::regclass);
  privilege record;
BEGIN
  EXECUTE format('ALTER TABLE comments OWNER TO %s', owner);
  FOR i IN 0 .. count - 1 LOOP
    EXECUTE format('CREATE TABLE comments_%s PARTITION OF comments'
                   ' FOR VALUES WITH (MODULUS %s, REMAINDER %s)', i, count, i);
    EXECUTE format('ALTER TABLE comments_%s OWNER TO %s', i, owner);
  END LOOP;
  FOR privilege IN
    SELECT grantee, privilege_type, is_grantable FROM pg_class, aclexplode(relacl)
    WHERE oid = 'comments_before'::regclass AND grantee <> relowner
  LOOP
    EXECUTE format('GRANT %s ON comments TO %s %s', privilege.privilege_type,
                   CASE privilege.grantee WHEN 0 THEN 'PUBLIC'
                     ELSE privilege.grantee::regrole::text END,
                   CASE WHEN privilege.is_grantable THEN 'WITH GRANT OPTION' ELSE '' END);
  END LOOP;
END $$;

-- The indexes come after the rows, since that is quicker.
INSERT INTO comments SELECT * FROM comments_before;
ALTER TABLE comments ADD PRIMARY KEY (comment_id);
CREATE INDEX comments_post_id_create_time_comment_id
  ON comments (post_id, create_time, comment_id);
DROP TABLE comments_before;
-- Autovacuum does so for partitions alone.
ANALYZE comments;

-- migrate:down
-- Drops grants; makes a plain table again.
LOCK TABLE comments IN ACCESS EXCLUSIVE MODE;
ALTER TABLE comments RENAME TO comments_before;
ALTER INDEX comments_pkey RENAME TO comments_before_pkey;
ALTER INDEX comments_post_id_create_time_comment_id RENAME TO comments_before_index;
CREATE TABLE comments (LIKE comments_before INCLUDING ALL EXCLUDING INDEXES);
INSERT INTO comments SELECT * FROM comments_before;
ALTER TABLE comments ADD PRIMARY KEY (comment_id);
CREATE INDEX comments_post_id_create_time_comment_id
  ON comments (post_id, create_time, comment_id);
DROP TABLE comments_before;

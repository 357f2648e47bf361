-- Rows that went as everything of spammers was taken back, to be brought back as they
-- were: from which table (source), by which key, the columns as JSON; and whose they are,
-- if anybody's.
CREATE TABLE cleanup_row (
  cleanup_id bigint NOT NULL REFERENCES cleanup (id) ON DELETE CASCADE,
  source text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  user_id bigint REFERENCES "user" (id) ON DELETE CASCADE,
  content text COLLATE "C" NOT NULL,
  PRIMARY KEY (cleanup_id, source, key)
);
CREATE INDEX cleanup_row_user ON cleanup_row (user_id);

-- Of who was suspended before: undoing it does not change that.
ALTER TABLE cleanup_person ADD COLUMN was_suspended bigint NOT NULL DEFAULT 0;

CREATE FUNCTION delete_cleanup_rows_of_closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM cleanup_row WHERE user_id = new.id;
  RETURN NULL;
END $$;
CREATE TRIGGER cleanup_row_of_closed AFTER UPDATE OF closed ON "user"
  FOR EACH ROW WHEN (new.closed IS NOT NULL)
  EXECUTE FUNCTION delete_cleanup_rows_of_closed();

-- Rows that went as everything of spammers was taken back, to be brought back as they
-- were: from which table (source), by which key, the columns as JSON; and whose they are,
-- if anybody's.
CREATE TABLE cleanup_row (
  cleanup_id INTEGER NOT NULL REFERENCES cleanup (id) ON DELETE CASCADE,
  source TEXT NOT NULL,
  key TEXT NOT NULL,
  user_id INTEGER REFERENCES user (id) ON DELETE CASCADE,
  content TEXT NOT NULL,
  PRIMARY KEY (cleanup_id, source, key)
);
CREATE INDEX cleanup_row_user ON cleanup_row (user_id);

-- Of who was suspended before: undoing it does not change that.
ALTER TABLE cleanup_person ADD COLUMN was_suspended INTEGER NOT NULL DEFAULT 0;

CREATE TRIGGER cleanup_row_of_closed AFTER UPDATE OF closed ON user
WHEN new.closed IS NOT NULL
BEGIN
  DELETE FROM cleanup_row WHERE user_id = new.id;
END;

-- For the sqlite3 shell, which does not enforce foreign keys.
CREATE TRIGGER cleanup_row_of_user AFTER DELETE ON user
BEGIN
  DELETE FROM cleanup_row WHERE user_id = old.id;
END;

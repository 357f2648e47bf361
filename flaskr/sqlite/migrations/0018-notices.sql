-- What happened to what somebody wrote, for them to see. A post or a comment is referred
-- to without a constraint: what comes back from the bin has its id again, and its
-- notices with it. The text is what was said to them: all else is read where it is.
CREATE TABLE notice (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  user_id INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  post_id INTEGER NOT NULL,
  comment_id INTEGER,
  text TEXT NOT NULL,
  created TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  seen TEXT
);
CREATE INDEX notice_user ON notice (user_id, id);
CREATE INDEX notice_unseen ON notice (user_id, id) WHERE seen IS NULL;
CREATE INDEX notice_created ON notice (created);

-- With the address of the feed that shows them, signed from a row of this.
CREATE TABLE notice_feed (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  user_id INTEGER NOT NULL UNIQUE REFERENCES user (id) ON DELETE CASCADE,
  created TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
);

CREATE TRIGGER notice_of_closed AFTER UPDATE OF closed ON user
WHEN new.closed IS NOT NULL
BEGIN
  DELETE FROM notice WHERE user_id = new.id;
  DELETE FROM notice_feed WHERE user_id = new.id;
END;

CREATE TRIGGER notice_feed_of_suspended AFTER INSERT ON suspension
BEGIN
  DELETE FROM notice_feed WHERE user_id = new.user_id;
END;

-- For the sqlite3 shell, which does not enforce foreign keys.
CREATE TRIGGER notice_of_user AFTER DELETE ON user
BEGIN
  DELETE FROM notice WHERE user_id = old.id;
  DELETE FROM notice_feed WHERE user_id = old.id;
END;

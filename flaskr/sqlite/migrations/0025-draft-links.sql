-- A link to a draft is one of those that somebody may use once: then reader_hash is of
-- what the browser has that used it, which reads the draft until the link expires.
CREATE TABLE one_time_link_before AS SELECT * FROM one_time_link;
DROP TABLE one_time_link;
CREATE TABLE one_time_link (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  token_hash TEXT NOT NULL UNIQUE,
  role TEXT,
  user_id INTEGER REFERENCES user (id) ON DELETE CASCADE,
  made_by INTEGER REFERENCES user (id) ON DELETE CASCADE,
  created TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  expires TEXT NOT NULL,
  used TEXT,
  used_by INTEGER REFERENCES user (id) ON DELETE SET NULL,
  post_id INTEGER REFERENCES post (id) ON DELETE CASCADE,
  reader_hash TEXT,
  CHECK (
    (role IS NULL) <> (user_id IS NULL) AND post_id IS NULL
    OR role IS NULL AND user_id IS NULL AND post_id IS NOT NULL
  )
);
INSERT INTO one_time_link
  (id, token_hash, role, user_id, made_by, created, expires, used, used_by)
  SELECT id, token_hash, role, user_id, made_by, created, expires, used, used_by
  FROM one_time_link_before;
DROP TABLE one_time_link_before;
CREATE INDEX one_time_link_user ON one_time_link (user_id);
CREATE INDEX one_time_link_post ON one_time_link (post_id, id);
CREATE INDEX one_time_link_made_by ON one_time_link (made_by);
CREATE INDEX one_time_link_used_by ON one_time_link (used_by);

-- Who reads a draft does so by the link, used or not.
DROP TRIGGER one_time_link_of_closed;
CREATE TRIGGER one_time_link_of_closed AFTER UPDATE OF closed ON user
WHEN new.closed IS NOT NULL
BEGIN
  DELETE FROM one_time_link
    WHERE (used IS NULL OR post_id IS NOT NULL)
      AND (user_id = new.id OR made_by = new.id);
END;
DROP TRIGGER session_of_suspended;
CREATE TRIGGER session_of_suspended AFTER INSERT ON suspension
BEGIN
  DELETE FROM session WHERE user_id = new.user_id;
  DELETE FROM one_time_link
    WHERE (used IS NULL OR post_id IS NOT NULL) AND made_by = new.user_id;
END;

-- For the sqlite3 shell, which does not enforce foreign keys.
CREATE TRIGGER one_time_link_of_post AFTER DELETE ON post
BEGIN
  DELETE FROM one_time_link WHERE post_id = old.id;
END;

-- The older ones, which SECRET_KEY signed.
DROP TRIGGER draft_link_of_post;
DROP TRIGGER draft_link_of_user;
DROP TABLE draft_link;

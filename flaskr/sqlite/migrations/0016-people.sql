-- What somebody may do. Those of the tutorial's database, and whom plain SQL adds, write.
ALTER TABLE user ADD COLUMN role TEXT NOT NULL DEFAULT 'author';
CREATE INDEX user_owner ON user (id) WHERE role = 'owner';

-- When somebody removed it who wrote neither it nor the post.
ALTER TABLE comment ADD COLUMN moderated TIMESTAMP;
ALTER TABLE binned_comment ADD COLUMN moderated TIMESTAMP;

-- Links that somebody may use once: to join, or take, a role; or, with user_id, to have
-- a new password. Without made_by, one was made on the command line.
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
  CHECK ((role IS NULL) <> (user_id IS NULL))
);
CREATE INDEX one_time_link_user ON one_time_link (user_id);
CREATE INDEX one_time_link_made_by ON one_time_link (made_by);
CREATE INDEX one_time_link_used_by ON one_time_link (used_by);

CREATE TRIGGER one_time_link_of_closed AFTER UPDATE OF closed ON user
WHEN new.closed IS NOT NULL
BEGIN
  DELETE FROM one_time_link
    WHERE used IS NULL AND (user_id = new.id OR made_by = new.id);
END;

-- A new password leaves no way back to an older one.
CREATE TRIGGER one_time_link_of_password AFTER UPDATE OF password ON user
BEGIN
  DELETE FROM one_time_link WHERE used IS NULL AND user_id = new.id;
END;

-- For the sqlite3 shell, which does not enforce foreign keys.
CREATE TRIGGER one_time_link_of_user AFTER DELETE ON user
BEGIN
  DELETE FROM one_time_link WHERE user_id = old.id OR made_by = old.id;
  UPDATE one_time_link SET used_by = NULL WHERE used_by = old.id;
END;

-- Who may not log in, since when, and why. Without suspended_by, whoever runs the blog
-- did it on the command line.
CREATE TABLE suspension (
  user_id INTEGER PRIMARY KEY REFERENCES user (id) ON DELETE CASCADE,
  suspended TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  suspended_by INTEGER REFERENCES user (id) ON DELETE SET NULL,
  reason TEXT NOT NULL
);
CREATE INDEX suspension_by ON suspension (suspended_by);
CREATE TRIGGER session_of_suspended AFTER INSERT ON suspension
BEGIN
  DELETE FROM session WHERE user_id = new.user_id;
  DELETE FROM one_time_link WHERE used IS NULL AND made_by = new.user_id;
END;

CREATE TRIGGER suspension_of_closed AFTER UPDATE OF closed ON user
WHEN new.closed IS NOT NULL
BEGIN
  DELETE FROM suspension WHERE user_id = new.id;
END;

-- For the sqlite3 shell, which does not enforce foreign keys.
CREATE TRIGGER suspension_of_user AFTER DELETE ON user
BEGIN
  DELETE FROM suspension WHERE user_id = old.id;
  UPDATE suspension SET suspended_by = NULL WHERE suspended_by = old.id;
END;

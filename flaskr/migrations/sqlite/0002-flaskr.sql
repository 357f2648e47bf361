-- What Flaskr adds to the tutorial's database. A row written by plain SQL with
-- only the tutorial's columns stays valid.

-- The name without case and compatibility forms: names.name_key(). NULL where
-- an older database has two names of one key; the second goes by its exact name.
ALTER TABLE user ADD COLUMN name_key TEXT;
UPDATE user SET name_key = name_key(username)
  WHERE id IN (SELECT min(id) FROM user GROUP BY name_key(username));
CREATE UNIQUE INDEX user_name_key ON user (name_key);

-- For rows that plain SQL adds: lower() knows ASCII only, and the exact name
-- still finds the rest.
CREATE TRIGGER user_name_key AFTER INSERT ON user WHEN new.name_key IS NULL
BEGIN
  UPDATE OR IGNORE user SET name_key = lower(new.username) WHERE id = new.id;
END;

-- When the person closed the account; the row stays while posts name it.
ALTER TABLE user ADD COLUMN closed TIMESTAMP;

CREATE INDEX post_created ON post (created, id);
CREATE INDEX post_author ON post (author_id);

-- A login. The cookie holds the token, this table only its SHA-256.
CREATE TABLE session (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  token_hash TEXT UNIQUE NOT NULL,
  user_id INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
  created TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
  last_seen TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
  address TEXT NOT NULL,
  user_agent TEXT NOT NULL
);
CREATE INDEX session_user ON session (user_id);
CREATE INDEX session_created ON session (created);

-- The limits that are in use: limits.py. The key is a SHA-256, so that nothing
-- typed into a login form can be read here.
CREATE TABLE rate_limit (
  key TEXT PRIMARY KEY,
  tat REAL NOT NULL -- Unix seconds
);
CREATE INDEX rate_limit_tat ON rate_limit (tat);

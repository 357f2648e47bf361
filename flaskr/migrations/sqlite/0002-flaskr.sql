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

-- What the person says of themselves, in Markdown.
ALTER TABLE user ADD COLUMN about TEXT NOT NULL DEFAULT '';

-- Every listing has an index in its order.
CREATE INDEX post_created ON post (created, id);
CREATE INDEX post_author ON post (author_id, created, id);

-- When the title or the body last changed; NULL: never since it was written.
ALTER TABLE post ADD COLUMN updated TIMESTAMP;
CREATE TRIGGER post_updated AFTER UPDATE OF title, body ON post
WHEN new.title IS NOT old.title OR new.body IS NOT old.body
BEGIN
  UPDATE post SET updated = CURRENT_TIMESTAMP WHERE id = new.id;
END;

-- A tag has the name that was typed last; its key is names.name_key() of it.
CREATE TABLE tag (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  key TEXT UNIQUE NOT NULL,
  name TEXT NOT NULL
);

-- The tags of a post, in the order of id. created is the post's, so that a tag's
-- posts come from one index in their order.
CREATE TABLE post_tag (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  post_id INTEGER NOT NULL REFERENCES post (id) ON DELETE CASCADE,
  tag_id INTEGER NOT NULL REFERENCES tag (id) ON DELETE CASCADE,
  created TIMESTAMP NOT NULL,
  UNIQUE (post_id, tag_id)
);
CREATE INDEX post_tag_created ON post_tag (tag_id, created, post_id);

-- Triggers, because the sqlite3 shell does not enforce foreign keys.
CREATE TRIGGER post_tag_of_post AFTER DELETE ON post
BEGIN
  DELETE FROM post_tag WHERE post_id = old.id;
END;
CREATE TRIGGER post_tag_moved AFTER UPDATE OF created ON post
BEGIN
  UPDATE post_tag SET created = new.created WHERE post_id = new.id;
END;
CREATE TRIGGER tag_unused AFTER DELETE ON post_tag
WHEN NOT EXISTS (SELECT 1 FROM post_tag WHERE tag_id = old.tag_id)
BEGIN
  DELETE FROM tag WHERE id = old.tag_id;
END;

-- One row: what the permanent ids in the feeds are made of, wherever the blog
-- moves, and when anything that they show last changed.
CREATE TABLE blog (
  uuid TEXT NOT NULL,
  changed TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
);
INSERT INTO blog (uuid) VALUES (lower(hex(randomblob(16))));

CREATE TRIGGER blog_post_added AFTER INSERT ON post
BEGIN
  UPDATE blog SET changed = CURRENT_TIMESTAMP;
END;
CREATE TRIGGER blog_post_changed AFTER UPDATE ON post
BEGIN
  UPDATE blog SET changed = CURRENT_TIMESTAMP;
END;
CREATE TRIGGER blog_post_deleted AFTER DELETE ON post
BEGIN
  UPDATE blog SET changed = CURRENT_TIMESTAMP;
END;
CREATE TRIGGER blog_tag_added AFTER INSERT ON post_tag
BEGIN
  UPDATE blog SET changed = CURRENT_TIMESTAMP;
END;
CREATE TRIGGER blog_tag_deleted AFTER DELETE ON post_tag
BEGIN
  UPDATE blog SET changed = CURRENT_TIMESTAMP;
END;
CREATE TRIGGER blog_tag_renamed AFTER UPDATE OF name ON tag
BEGIN
  UPDATE blog SET changed = CURRENT_TIMESTAMP;
END;

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

-- The search: words.py makes the words, sqlite_search.py writes and reads this.
-- Only ASCII separates the words here, so no script is taken apart. Its own copy
-- of them would double its size; compressed they are a third.
CREATE VIRTUAL TABLE search USING fts5(
  title, tags, body, keys,
  content = '', tokenize = "ascii tokenchars '+#=^'"
);
CREATE VIRTUAL TABLE search_word USING fts5vocab(search, instance);
CREATE TABLE search_text (
  post_id INTEGER PRIMARY KEY,
  words BLOB NOT NULL -- what was indexed, needed to take it out again: zlib
);

-- The posts to be indexed again, or no more. The triggers see what any program
-- writes, and can't call Python: search_index.drain() does the rest.
CREATE TABLE search_queue (post_id INTEGER PRIMARY KEY);
INSERT INTO search_queue (post_id) SELECT id FROM post;

CREATE TRIGGER search_post_added AFTER INSERT ON post
BEGIN
  INSERT INTO search_queue VALUES (new.id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER search_post_changed AFTER UPDATE ON post
BEGIN
  INSERT INTO search_queue VALUES (old.id), (new.id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER search_post_deleted AFTER DELETE ON post
BEGIN
  INSERT INTO search_queue VALUES (old.id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER search_tag_put AFTER INSERT ON post_tag
BEGIN
  INSERT INTO search_queue VALUES (new.post_id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER search_tag_moved AFTER UPDATE OF post_id, tag_id ON post_tag
BEGIN
  INSERT INTO search_queue VALUES (old.post_id), (new.post_id)
    ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER search_tag_taken AFTER DELETE ON post_tag
BEGIN
  INSERT INTO search_queue VALUES (old.post_id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER search_tag_renamed AFTER UPDATE ON tag
WHEN new.name IS NOT old.name COLLATE NOCASE OR new.id IS NOT old.id
BEGIN
  INSERT INTO search_queue SELECT post_id FROM post_tag
    WHERE tag_id IN (old.id, new.id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER search_tag_deleted AFTER DELETE ON tag
BEGIN
  INSERT INTO search_queue SELECT post_id FROM post_tag
    WHERE tag_id = old.id ON CONFLICT DO NOTHING;
END;

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

-- Every listing has an index in its order. number is the id in a column of its
-- own: to compare (created, id) SQLite uses only the first of the two in an index
-- where the second is the rowid, and reads all posts of the same second.
ALTER TABLE post ADD COLUMN number INTEGER GENERATED ALWAYS AS (id) VIRTUAL;
CREATE INDEX post_created ON post (created, number);
CREATE INDEX post_author ON post (author_id, created, number);

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

-- When the author closed the comments of a post; NULL: they are open.
ALTER TABLE post ADD COLUMN comments_closed TIMESTAMP;

-- A comment, or a reply to one that is no reply itself. A removed one loses its
-- writer and its text, and stays while replies hang on it.
CREATE TABLE comment (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  post_id INTEGER NOT NULL REFERENCES post (id) ON DELETE CASCADE,
  parent_id INTEGER REFERENCES comment (id) ON DELETE CASCADE,
  thread_id INTEGER GENERATED ALWAYS AS (coalesce(parent_id, id)) VIRTUAL,
  author_id INTEGER REFERENCES "user" (id),
  created TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated TIMESTAMP,
  body TEXT NOT NULL,
  removed TIMESTAMP,
  removed_by INTEGER REFERENCES "user" (id) ON DELETE SET NULL,
  CHECK (author_id IS NOT NULL OR removed IS NOT NULL)
);
CREATE INDEX comment_thread ON comment (post_id, thread_id, id);
CREATE INDEX comment_created ON comment (created, id) WHERE removed IS NULL;
CREATE INDEX comment_post_created ON comment (post_id, created, id)
  WHERE removed IS NULL;
CREATE INDEX comment_author ON comment (author_id, post_id);
CREATE INDEX comment_parent ON comment (parent_id);
CREATE INDEX comment_removed_by ON comment (removed_by)
  WHERE removed_by IS NOT NULL;

CREATE TRIGGER comment_without_replies AFTER DELETE ON comment
WHEN old.parent_id IS NOT NULL
BEGIN
  DELETE FROM comment WHERE id = old.parent_id AND removed IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM comment WHERE parent_id = old.parent_id);
END;

CREATE TABLE post_like (
  post_id INTEGER NOT NULL REFERENCES post (id) ON DELETE CASCADE,
  user_id INTEGER NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
  created TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (post_id, user_id)
);
CREATE INDEX post_like_user ON post_like (user_id, created, post_id);

-- What lists say of each post, so that none of them counts. No row: nothing yet.
CREATE TABLE post_count (
  post_id INTEGER PRIMARY KEY REFERENCES post (id) ON DELETE CASCADE,
  comments INTEGER NOT NULL DEFAULT 0,
  likes INTEGER NOT NULL DEFAULT 0
);
CREATE TRIGGER post_count_comment_added AFTER INSERT ON comment
WHEN new.removed IS NULL
BEGIN
  INSERT INTO post_count (post_id, comments) VALUES (new.post_id, 1)
    ON CONFLICT (post_id) DO UPDATE SET comments = comments + 1;
END;
CREATE TRIGGER post_count_comment_removed AFTER UPDATE OF removed ON comment
WHEN (old.removed IS NULL) <> (new.removed IS NULL)
BEGIN
  UPDATE post_count SET comments = comments
    + (new.removed IS NULL) - (old.removed IS NULL) WHERE post_id = new.post_id;
END;
CREATE TRIGGER post_count_comment_moved AFTER UPDATE OF post_id ON comment
WHEN new.post_id <> old.post_id AND new.removed IS NULL
BEGIN
  UPDATE post_count SET comments = comments - 1 WHERE post_id = old.post_id;
  INSERT INTO post_count (post_id, comments) VALUES (new.post_id, 1)
    ON CONFLICT (post_id) DO UPDATE SET comments = comments + 1;
END;
CREATE TRIGGER post_count_comment_deleted AFTER DELETE ON comment
WHEN old.removed IS NULL
BEGIN
  UPDATE post_count SET comments = comments - 1 WHERE post_id = old.post_id;
END;
CREATE TRIGGER post_count_like_added AFTER INSERT ON post_like
BEGIN
  INSERT INTO post_count (post_id, likes) VALUES (new.post_id, 1)
    ON CONFLICT (post_id) DO UPDATE SET likes = likes + 1;
END;
CREATE TRIGGER post_count_like_moved AFTER UPDATE OF post_id ON post_like
WHEN new.post_id <> old.post_id
BEGIN
  UPDATE post_count SET likes = likes - 1 WHERE post_id = old.post_id;
  INSERT INTO post_count (post_id, likes) VALUES (new.post_id, 1)
    ON CONFLICT (post_id) DO UPDATE SET likes = likes + 1;
END;
CREATE TRIGGER post_count_like_deleted AFTER DELETE ON post_like
BEGIN
  UPDATE post_count SET likes = likes - 1 WHERE post_id = old.post_id;
END;
CREATE TRIGGER post_discussion_deleted AFTER DELETE ON post
BEGIN
  DELETE FROM comment WHERE post_id = old.id AND parent_id IS NOT NULL;
  DELETE FROM comment WHERE post_id = old.id;
  DELETE FROM post_like WHERE post_id = old.id;
  DELETE FROM post_count WHERE post_id = old.id;
END;

-- An image under the hash of its content: pictures.py. size is in bytes.
CREATE TABLE image (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  hash TEXT UNIQUE NOT NULL,
  extension TEXT NOT NULL,
  width INTEGER NOT NULL,
  height INTEGER NOT NULL,
  size INTEGER NOT NULL
);
CREATE TABLE image_file (
  image_id INTEGER NOT NULL REFERENCES image (id) ON DELETE CASCADE,
  width INTEGER NOT NULL,
  content BLOB NOT NULL,
  PRIMARY KEY (image_id, width)
);

-- Whose image it is, for everybody who uploaded the same.
CREATE TABLE image_upload (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  image_id INTEGER NOT NULL REFERENCES image (id) ON DELETE CASCADE,
  user_id INTEGER NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
  created TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
  alt TEXT NOT NULL,
  UNIQUE (image_id, user_id)
);
CREATE INDEX image_upload_user ON image_upload (user_id, created, id);

-- Which texts have the address of which image: a post, or what a person says of
-- themselves. The texts are split there, as JSON, because a loop in SQL would
-- copy the rest of a text at each address in it.
CREATE TABLE image_use (
  hash TEXT NOT NULL,
  post_id INTEGER REFERENCES post (id) ON DELETE CASCADE,
  user_id INTEGER REFERENCES "user" (id) ON DELETE CASCADE
);
CREATE INDEX image_use_hash ON image_use (hash);
CREATE INDEX image_use_post ON image_use (post_id);
CREATE INDEX image_use_user ON image_use (user_id);

CREATE TRIGGER image_use_post_added AFTER INSERT ON post
WHEN instr(new.body, '/image/')
BEGIN
  DELETE FROM image_use WHERE post_id = new.id;
  INSERT INTO image_use (hash, post_id)
    SELECT DISTINCT substr(value, 1, 40), new.id FROM json_each('['
      || replace(json_quote(CAST(new.body AS TEXT)), '/image/', '","') || ']')
    WHERE key > 0;
END;
CREATE TRIGGER image_use_post_changed AFTER UPDATE OF body ON post
WHEN instr(old.body, '/image/') OR instr(new.body, '/image/')
BEGIN
  DELETE FROM image_use WHERE post_id = new.id;
  INSERT INTO image_use (hash, post_id)
    SELECT DISTINCT substr(value, 1, 40), new.id FROM json_each('['
      || replace(json_quote(CAST(new.body AS TEXT)), '/image/', '","') || ']')
    WHERE key > 0;
END;
CREATE TRIGGER image_use_post_deleted AFTER DELETE ON post
BEGIN
  DELETE FROM image_use WHERE post_id = old.id;
END;
CREATE TRIGGER image_use_about_added AFTER INSERT ON "user"
WHEN instr(new.about, '/image/')
BEGIN
  INSERT INTO image_use (hash, user_id)
    SELECT DISTINCT substr(value, 1, 40), new.id FROM json_each('['
      || replace(json_quote(CAST(new.about AS TEXT)), '/image/', '","') || ']')
    WHERE key > 0;
END;
CREATE TRIGGER image_use_about_changed AFTER UPDATE OF about ON "user"
WHEN instr(old.about, '/image/') OR instr(new.about, '/image/')
BEGIN
  DELETE FROM image_use WHERE user_id = new.id;
  INSERT INTO image_use (hash, user_id)
    SELECT DISTINCT substr(value, 1, 40), new.id FROM json_each('['
      || replace(json_quote(CAST(new.about AS TEXT)), '/image/', '","') || ']')
    WHERE key > 0;
END;

-- What goes with a person, and a closed account with the last that it wrote.
CREATE TRIGGER user_deleted AFTER DELETE ON "user"
BEGIN
  DELETE FROM comment WHERE author_id = old.id AND parent_id IS NOT NULL;
  DELETE FROM comment WHERE author_id = old.id
    AND NOT EXISTS (SELECT 1 FROM comment a WHERE a.parent_id = comment.id);
  UPDATE comment SET removed = CURRENT_TIMESTAMP, author_id = NULL, body = ''
    WHERE author_id = old.id;
  DELETE FROM post_like WHERE user_id = old.id;
  DELETE FROM image_upload WHERE user_id = old.id;
  DELETE FROM image_use WHERE user_id = old.id;
  DELETE FROM session WHERE user_id = old.id;
END;
CREATE TRIGGER user_without_comment AFTER DELETE ON comment
BEGIN
  DELETE FROM "user" WHERE id = old.author_id AND closed IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM post WHERE author_id = old.author_id)
    AND NOT EXISTS (SELECT 1 FROM comment WHERE author_id = old.author_id);
END;
CREATE TRIGGER user_without_removed_comment AFTER UPDATE OF author_id ON comment
BEGIN
  DELETE FROM "user" WHERE id = old.author_id AND closed IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM post WHERE author_id = old.author_id)
    AND NOT EXISTS (SELECT 1 FROM comment WHERE author_id = old.author_id);
END;
CREATE TRIGGER user_without_post AFTER DELETE ON post
BEGIN
  DELETE FROM "user" WHERE id = old.author_id AND closed IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM post WHERE author_id = old.author_id)
    AND NOT EXISTS (SELECT 1 FROM comment WHERE author_id = old.author_id);
END;

-- One row: what the permanent ids in the feeds are made of, wherever the blog
-- moves, and when anything that they show of posts, or of comments, last changed.
CREATE TABLE blog (
  uuid TEXT NOT NULL,
  changed TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
  discussed TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
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

CREATE TRIGGER blog_comment_added AFTER INSERT ON comment
BEGIN
  UPDATE blog SET discussed = CURRENT_TIMESTAMP;
END;
CREATE TRIGGER blog_comment_changed AFTER UPDATE ON comment
BEGIN
  UPDATE blog SET discussed = CURRENT_TIMESTAMP;
END;
CREATE TRIGGER blog_comment_deleted AFTER DELETE ON comment
BEGIN
  UPDATE blog SET discussed = CURRENT_TIMESTAMP;
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

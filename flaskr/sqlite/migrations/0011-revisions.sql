-- Another number whenever the title, the text or the tags of a post change, each one
-- greater than those before: what a form was opened with.
ALTER TABLE post ADD COLUMN version INTEGER NOT NULL DEFAULT 1;

CREATE TRIGGER post_version AFTER UPDATE OF title, body ON post
WHEN new.title IS NOT old.title OR new.body IS NOT old.body
BEGIN
  UPDATE post SET version = old.version + 1 WHERE id = new.id;
END;
CREATE TRIGGER post_version_tag_added AFTER INSERT ON post_tag
BEGIN
  UPDATE post SET version = version + 1 WHERE id = new.post_id;
END;
CREATE TRIGGER post_version_tag_moved AFTER UPDATE OF post_id, tag_id ON post_tag
WHEN new.post_id IS NOT old.post_id OR new.tag_id IS NOT old.tag_id
BEGIN
  UPDATE post SET version = version + 1 WHERE id IN (old.post_id, new.post_id);
END;
CREATE TRIGGER post_version_tag_taken AFTER DELETE ON post_tag
BEGIN
  UPDATE post SET version = version + 1 WHERE id = old.post_id;
END;

-- What a post was at a version, once it has changed. tags is a list in JSON; added and
-- removed are characters; content is the text, compressed with that of the version
-- base as its dictionary, and on its own where position is 0. author_id is NULL where
-- nobody knows who wrote it, as when it was done in SQL.
CREATE TABLE revision (
  post_id INTEGER NOT NULL REFERENCES post (id) ON DELETE CASCADE,
  version INTEGER NOT NULL,
  author_id INTEGER REFERENCES user (id) ON DELETE SET NULL,
  created TIMESTAMP NOT NULL,
  title TEXT NOT NULL,
  tags TEXT NOT NULL,
  added INTEGER NOT NULL,
  removed INTEGER NOT NULL,
  position INTEGER NOT NULL,
  base INTEGER,
  content BLOB NOT NULL,
  PRIMARY KEY (post_id, version)
);
CREATE INDEX revision_author ON revision (author_id);

-- For the sqlite3 shell, which does not enforce foreign keys.
CREATE TRIGGER revision_of_post AFTER DELETE ON post
BEGIN
  DELETE FROM revision WHERE post_id = old.id;
END;
CREATE TRIGGER revision_of_user AFTER DELETE ON user
BEGIN
  UPDATE revision SET author_id = NULL WHERE author_id = old.id;
END;

-- The bin keeps them with their post.
ALTER TABLE binned_post ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
CREATE TABLE binned_revision (
  binned_id INTEGER NOT NULL REFERENCES binned_post (id) ON DELETE CASCADE,
  version INTEGER NOT NULL,
  author_id INTEGER,
  created TIMESTAMP NOT NULL,
  title TEXT NOT NULL,
  tags TEXT NOT NULL,
  added INTEGER NOT NULL,
  removed INTEGER NOT NULL,
  position INTEGER NOT NULL,
  base INTEGER,
  content BLOB NOT NULL,
  PRIMARY KEY (binned_id, version)
);
CREATE INDEX binned_revision_author ON binned_revision (author_id);
CREATE TRIGGER revision_of_binned_post AFTER DELETE ON binned_post
BEGIN
  DELETE FROM binned_revision WHERE binned_id = old.id;
END;
CREATE TRIGGER binned_revision_of_user AFTER DELETE ON user
BEGIN
  UPDATE binned_revision SET author_id = NULL WHERE author_id = old.id;
END;

-- What was deleted and may come back: a post, and the rows that belonged to it. A row
-- has an id of its own here, since plain SQL may give that of the post to another one
-- meanwhile. People are referred to without a constraint, so that no row that another
-- program wrote keeps a post from being deleted; the triggers see to what is theirs.
CREATE TABLE binned_post (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  post_id INTEGER NOT NULL,
  author_id INTEGER NOT NULL,
  created TIMESTAMP NOT NULL,
  title TEXT NOT NULL,
  body TEXT NOT NULL,
  updated TIMESTAMP,
  comments_closed TIMESTAMP,
  deleted TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX binned_post_author ON binned_post (author_id, deleted, id);
CREATE INDEX binned_post_deleted ON binned_post (deleted, id);
CREATE TABLE binned_tag (
  binned_id INTEGER NOT NULL REFERENCES binned_post (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  key TEXT NOT NULL,
  name TEXT NOT NULL,
  PRIMARY KEY (binned_id, position)
);
CREATE TABLE binned_comment (
  binned_id INTEGER NOT NULL REFERENCES binned_post (id) ON DELETE CASCADE,
  id INTEGER NOT NULL,
  parent_id INTEGER,
  author_id INTEGER,
  created TIMESTAMP NOT NULL,
  updated TIMESTAMP,
  body TEXT NOT NULL,
  removed TIMESTAMP,
  removed_by INTEGER,
  PRIMARY KEY (binned_id, id)
);
CREATE INDEX binned_comment_parent ON binned_comment (binned_id, parent_id);
CREATE INDEX binned_comment_author ON binned_comment (author_id);
CREATE TABLE binned_like (
  binned_id INTEGER NOT NULL REFERENCES binned_post (id) ON DELETE CASCADE,
  user_id INTEGER NOT NULL,
  created TIMESTAMP NOT NULL,
  PRIMARY KEY (binned_id, user_id)
);
CREATE INDEX binned_like_user ON binned_like (user_id);

-- An image that only the bin shows is in use.
ALTER TABLE image_use
  ADD COLUMN binned_id INTEGER REFERENCES binned_post (id) ON DELETE CASCADE;
CREATE INDEX image_use_binned ON image_use (binned_id);

-- With the sqlite3 shell, which does not enforce foreign keys, too.
CREATE TRIGGER binned_post_deleted AFTER DELETE ON binned_post
BEGIN
  DELETE FROM binned_tag WHERE binned_id = old.id;
  DELETE FROM binned_comment WHERE binned_id = old.id;
  DELETE FROM binned_like WHERE binned_id = old.id;
  DELETE FROM image_use WHERE binned_id = old.id;
END;

-- The person has closed the account, and nobody else has it: nothing will show it.
CREATE TRIGGER image_of_binned_post AFTER DELETE ON image_use
WHEN old.binned_id IS NOT NULL
BEGIN
  DELETE FROM image WHERE hash = old.hash
    AND NOT EXISTS (SELECT 1 FROM image_upload WHERE image_id = image.id)
    AND NOT EXISTS (SELECT 1 FROM image_use WHERE hash = image.hash);
END;

CREATE TRIGGER binned_comment_without_replies AFTER DELETE ON binned_comment
WHEN old.parent_id IS NOT NULL
BEGIN
  DELETE FROM binned_comment WHERE binned_id = old.binned_id AND id = old.parent_id
    AND removed IS NOT NULL AND NOT EXISTS (SELECT 1 FROM binned_comment
      WHERE binned_id = old.binned_id AND parent_id = old.parent_id);
END;

-- What goes with a person, and with an account that is closed.
CREATE TRIGGER binned_of_user AFTER DELETE ON user
BEGIN
  DELETE FROM binned_post WHERE author_id = old.id;
  DELETE FROM binned_comment WHERE author_id = old.id AND parent_id IS NOT NULL;
  DELETE FROM binned_comment WHERE author_id = old.id
    AND NOT EXISTS (SELECT 1 FROM binned_comment a
      WHERE a.binned_id = binned_comment.binned_id
      AND a.parent_id = binned_comment.id);
  UPDATE binned_comment SET removed = CURRENT_TIMESTAMP, author_id = NULL, body = ''
    WHERE author_id = old.id;
  DELETE FROM binned_like WHERE user_id = old.id;
END;
CREATE TRIGGER binned_like_of_closed AFTER UPDATE OF closed ON user
WHEN new.closed IS NOT NULL
BEGIN
  DELETE FROM binned_like WHERE user_id = new.id;
END;

-- A closed account stays until the last that it wrote is gone, from the bin, too.
CREATE VIEW authorship (user_id) AS
  SELECT author_id FROM post UNION ALL SELECT author_id FROM comment
  UNION ALL SELECT author_id FROM binned_post
  UNION ALL SELECT author_id FROM binned_comment;
DROP TRIGGER user_of_closed;
CREATE TRIGGER user_of_closed AFTER UPDATE OF closed ON user
WHEN new.closed IS NOT NULL
BEGIN
  DELETE FROM user WHERE id = new.id
    AND NOT EXISTS (SELECT 1 FROM authorship WHERE user_id = new.id);
END;
DROP TRIGGER user_without_post;
CREATE TRIGGER user_without_post AFTER DELETE ON post
BEGIN
  DELETE FROM user WHERE id = old.author_id AND closed IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM authorship WHERE user_id = old.author_id);
END;
DROP TRIGGER user_without_comment;
CREATE TRIGGER user_without_comment AFTER DELETE ON comment
BEGIN
  DELETE FROM user WHERE id = old.author_id AND closed IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM authorship WHERE user_id = old.author_id);
END;
DROP TRIGGER user_without_removed_comment;
CREATE TRIGGER user_without_removed_comment AFTER UPDATE OF author_id ON comment
BEGIN
  DELETE FROM user WHERE id = old.author_id AND closed IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM authorship WHERE user_id = old.author_id);
END;
CREATE TRIGGER user_without_binned_post AFTER DELETE ON binned_post
BEGIN
  DELETE FROM user WHERE id = old.author_id AND closed IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM authorship WHERE user_id = old.author_id);
END;
CREATE TRIGGER user_without_binned_comment AFTER DELETE ON binned_comment
BEGIN
  DELETE FROM user WHERE id = old.author_id AND closed IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM authorship WHERE user_id = old.author_id);
END;
CREATE TRIGGER user_without_removed_binned_comment
AFTER UPDATE OF author_id ON binned_comment
BEGIN
  DELETE FROM user WHERE id = old.author_id AND closed IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM authorship WHERE user_id = old.author_id);
END;

-- What came from other blogs: the SHA-256 of which text of which blog, and what it is
-- here. written is NULL while the number of a post is kept for one that is to come, so
-- that others can link to it. A text that was deleted since stays known, by its hash
-- alone: importing again does not bring it back.
CREATE TABLE imported_text (
  digest TEXT PRIMARY KEY NOT NULL,
  post_id INTEGER NOT NULL,
  comment_id INTEGER,
  written TEXT
);
CREATE INDEX imported_text_post ON imported_text (post_id, comment_id);

-- Who wrote them: the SHA-256 of whom of which blog, and who that is here.
CREATE TABLE imported_person (
  digest TEXT PRIMARY KEY NOT NULL,
  user_id INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE
);
CREATE INDEX imported_person_user ON imported_person (user_id);

-- Where posts were before: paths, decoded, and queries that say which post it is.
CREATE TABLE old_address (
  path TEXT PRIMARY KEY NOT NULL,
  post_id INTEGER NOT NULL
);
CREATE INDEX old_address_post ON old_address (post_id);

-- They stay for as long as the post can come back from the bin.
CREATE TRIGGER old_address_of_post AFTER DELETE ON post
BEGIN
  DELETE FROM old_address WHERE post_id = old.id
    AND NOT EXISTS (SELECT 1 FROM binned_post WHERE post_id = old.id);
END;
CREATE TRIGGER old_address_of_binned_post AFTER DELETE ON binned_post
BEGIN
  DELETE FROM old_address WHERE post_id = old.post_id
    AND NOT EXISTS (SELECT 1 FROM post WHERE id = old.post_id)
    AND NOT EXISTS (SELECT 1 FROM binned_post WHERE post_id = old.post_id);
END;

CREATE TRIGGER imported_person_of_closed AFTER UPDATE OF closed ON user
WHEN new.closed IS NOT NULL
BEGIN
  DELETE FROM imported_person WHERE user_id = new.id;
END;

-- For the sqlite3 shell, which does not enforce foreign keys.
CREATE TRIGGER imported_person_of_user AFTER DELETE ON user
BEGIN
  DELETE FROM imported_person WHERE user_id = old.id;
END;

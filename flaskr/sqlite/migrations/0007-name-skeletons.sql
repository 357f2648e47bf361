-- What names look like: flaskr.text.confusables.name_skeletons(). Those with letters
-- outside ASCII first, since a name without them looks like these only.
CREATE TABLE name_skeleton (
  skeleton TEXT NOT NULL,
  is_ascii INTEGER NOT NULL,
  user_id INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
  PRIMARY KEY (skeleton, is_ascii, user_id)
);
CREATE INDEX name_skeleton_user ON name_skeleton (user_id);

-- For the sqlite3 shell, which does not enforce foreign keys.
CREATE TRIGGER name_skeleton_of_user AFTER DELETE ON user
BEGIN
  DELETE FROM name_skeleton WHERE user_id = old.id;
END;

-- What the form became that somebody sent: a post or a comment, which the same form,
-- sent again, changes. digest is sent_forms.hash_texts() of what it had then.
CREATE TABLE sent_form (
  id TEXT PRIMARY KEY NOT NULL,
  user_id INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
  post_id INTEGER REFERENCES post (id) ON DELETE CASCADE,
  comment_id INTEGER REFERENCES comment (id) ON DELETE CASCADE,
  digest TEXT NOT NULL,
  sent TEXT NOT NULL
);
CREATE INDEX sent_form_user ON sent_form (user_id, sent);
CREATE INDEX sent_form_sent ON sent_form (sent);
CREATE INDEX sent_form_post ON sent_form (post_id);
CREATE INDEX sent_form_comment ON sent_form (comment_id);

-- For the sqlite3 shell, which does not enforce foreign keys.
CREATE TRIGGER sent_form_of_user AFTER DELETE ON user
BEGIN
  DELETE FROM sent_form WHERE user_id = old.id;
END;
CREATE TRIGGER sent_form_of_post AFTER DELETE ON post
BEGIN
  DELETE FROM sent_form WHERE post_id = old.id;
END;
CREATE TRIGGER sent_form_of_comment AFTER DELETE ON comment
BEGIN
  DELETE FROM sent_form WHERE comment_id = old.id;
END;

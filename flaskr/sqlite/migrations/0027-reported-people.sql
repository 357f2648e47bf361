-- Whom a notice is about, if not a post or a comment: then the post's number is 0.
ALTER TABLE notice ADD COLUMN person_id INTEGER REFERENCES user (id) ON DELETE CASCADE;
CREATE INDEX notice_person ON notice (person_id);

CREATE TRIGGER notice_about_closed AFTER UPDATE OF closed ON user
WHEN new.closed IS NOT NULL
BEGIN
  DELETE FROM notice WHERE person_id = new.id;
END;

-- For the sqlite3 shell, which does not enforce foreign keys.
CREATE TRIGGER notice_about_user AFTER DELETE ON user
BEGIN
  DELETE FROM notice WHERE person_id = old.id;
END;

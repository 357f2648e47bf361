-- What people were called before. digest is former_names.hash_name() of a name: nobody
-- else gets it, even once the person is gone, and then it is all that is left.
CREATE TABLE former_name (
  digest TEXT PRIMARY KEY NOT NULL,
  name TEXT,
  user_id INTEGER REFERENCES user (id) ON DELETE SET NULL,
  changed TEXT
);
CREATE INDEX former_name_user ON former_name (user_id, changed);

CREATE TRIGGER former_name_of_nobody AFTER UPDATE OF user_id ON former_name
WHEN new.user_id IS NULL AND new.name IS NOT NULL
BEGIN
  UPDATE former_name SET name = NULL, changed = NULL WHERE digest = new.digest;
END;

-- For the sqlite3 shell, which does not enforce foreign keys.
CREATE TRIGGER former_name_of_user AFTER DELETE ON user
BEGIN
  UPDATE former_name SET user_id = NULL WHERE user_id = old.id;
END;

-- Their old addresses lead to the new ones.
CREATE TRIGGER public_former_name_added AFTER INSERT ON former_name
BEGIN
  UPDATE public_version SET version = random();
END;
CREATE TRIGGER public_former_name_changed AFTER UPDATE ON former_name
BEGIN
  UPDATE public_version SET version = random();
END;
CREATE TRIGGER public_former_name_deleted AFTER DELETE ON former_name
BEGIN
  UPDATE public_version SET version = random();
END;

-- Feeds show the name and have the address.
CREATE TRIGGER blog_user_renamed AFTER UPDATE OF username ON user
WHEN new.username IS NOT old.username
BEGIN
  UPDATE blog SET changed = CURRENT_TIMESTAMP, discussed = CURRENT_TIMESTAMP;
END;

-- Who made a link to a draft; NULL of older ones, and of who is gone.
ALTER TABLE draft_link
  ADD COLUMN made_by INTEGER REFERENCES user (id) ON DELETE SET NULL;
CREATE INDEX draft_link_made_by ON draft_link (made_by);

-- For the sqlite3 shell, which does not enforce foreign keys.
CREATE TRIGGER draft_link_of_user AFTER DELETE ON user
BEGIN
  UPDATE draft_link SET made_by = NULL WHERE made_by = old.id;
END;

-- What became of the forms of somebody goes with the account.
CREATE TRIGGER sent_form_of_closed AFTER UPDATE OF closed ON user
WHEN new.closed IS NOT NULL
BEGIN
  DELETE FROM sent_form WHERE user_id = new.id;
END;

-- What people show of themselves besides the name that they log in with; no row:
-- nothing. display_name is NULL where that name will do, name_key is names.name_key()
-- of it, and picture is the hash of its files.
CREATE TABLE profile (
  user_id INTEGER PRIMARY KEY REFERENCES user (id) ON DELETE CASCADE,
  display_name TEXT,
  name_key TEXT,
  picture TEXT
);
CREATE INDEX profile_name_key ON profile (name_key);
CREATE TABLE profile_link (
  user_id INTEGER NOT NULL REFERENCES profile (user_id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  url TEXT NOT NULL,
  label TEXT NOT NULL,
  PRIMARY KEY (user_id, position)
);

-- A square in several widths. It is one person's, and goes with their profile: no
-- text can show it.
CREATE TABLE picture_file (
  user_id INTEGER NOT NULL REFERENCES profile (user_id) ON DELETE CASCADE,
  hash TEXT NOT NULL,
  width INTEGER NOT NULL,
  content BLOB NOT NULL,
  PRIMARY KEY (user_id, hash, width)
);
CREATE INDEX picture_file_hash ON picture_file (hash, width);

CREATE TRIGGER picture_replaced AFTER UPDATE OF picture ON profile
WHEN new.picture IS NOT old.picture
BEGIN
  DELETE FROM picture_file WHERE user_id = old.user_id AND hash = old.picture;
END;

-- For the sqlite3 shell, which does not enforce foreign keys.
CREATE TRIGGER profile_of_user AFTER DELETE ON user
BEGIN
  DELETE FROM profile WHERE user_id = old.id;
END;
CREATE TRIGGER profile_deleted AFTER DELETE ON profile
BEGIN
  DELETE FROM profile_link WHERE user_id = old.user_id;
  DELETE FROM picture_file WHERE user_id = old.user_id;
END;

CREATE TRIGGER profile_of_closed AFTER UPDATE OF closed ON user
WHEN new.closed IS NOT NULL
BEGIN
  DELETE FROM profile WHERE user_id = new.id;
END;

CREATE TRIGGER public_profile_added AFTER INSERT ON profile
BEGIN
  UPDATE public_version SET version = random();
END;
CREATE TRIGGER public_profile_changed AFTER UPDATE ON profile
BEGIN
  UPDATE public_version SET version = random();
END;
CREATE TRIGGER public_profile_deleted AFTER DELETE ON profile
BEGIN
  UPDATE public_version SET version = random();
END;
CREATE TRIGGER public_profile_link_added AFTER INSERT ON profile_link
BEGIN
  UPDATE public_version SET version = random();
END;
CREATE TRIGGER public_profile_link_changed AFTER UPDATE ON profile_link
BEGIN
  UPDATE public_version SET version = random();
END;
CREATE TRIGGER public_profile_link_deleted AFTER DELETE ON profile_link
BEGIN
  UPDATE public_version SET version = random();
END;

-- Feeds show the name.
CREATE TRIGGER blog_profile_added AFTER INSERT ON profile
WHEN new.display_name IS NOT NULL
BEGIN
  UPDATE blog SET changed = CURRENT_TIMESTAMP;
END;
CREATE TRIGGER blog_profile_changed AFTER UPDATE OF display_name ON profile
WHEN new.display_name IS NOT old.display_name
BEGIN
  UPDATE blog SET changed = CURRENT_TIMESTAMP;
END;
CREATE TRIGGER blog_profile_deleted AFTER DELETE ON profile
WHEN old.display_name IS NOT NULL
BEGIN
  UPDATE blog SET changed = CURRENT_TIMESTAMP;
END;

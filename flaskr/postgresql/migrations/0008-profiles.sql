-- What people show of themselves besides the name that they log in with; no row:
-- nothing. display_name is NULL where that name will do, name_key is names.name_key()
-- of it, and picture is the hash of its files.
CREATE TABLE profile (
  user_id bigint PRIMARY KEY REFERENCES "user" (id) ON DELETE CASCADE,
  display_name text COLLATE "C",
  name_key text COLLATE "C",
  picture text COLLATE "C"
);
CREATE INDEX profile_name_key ON profile (name_key);
CREATE TABLE profile_link (
  user_id bigint NOT NULL REFERENCES profile (user_id) ON DELETE CASCADE,
  position bigint NOT NULL,
  url text COLLATE "C" NOT NULL,
  label text COLLATE "C" NOT NULL,
  PRIMARY KEY (user_id, position)
);

-- A square in several widths. It is one person's, and goes with their profile: no
-- text can show it.
CREATE TABLE picture_file (
  user_id bigint NOT NULL REFERENCES profile (user_id) ON DELETE CASCADE,
  hash text COLLATE "C" NOT NULL,
  width bigint NOT NULL,
  content bytea NOT NULL,
  PRIMARY KEY (user_id, hash, width)
);
CREATE INDEX picture_file_hash ON picture_file (hash, width);

CREATE FUNCTION delete_replaced_picture() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM picture_file WHERE user_id = old.user_id AND hash = old.picture;
  RETURN NULL;
END $$;
CREATE TRIGGER picture_replaced AFTER UPDATE OF picture ON profile
  FOR EACH ROW WHEN (new.picture IS DISTINCT FROM old.picture)
  EXECUTE FUNCTION delete_replaced_picture();

CREATE FUNCTION delete_profile_of_closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM profile WHERE user_id = new.id;
  RETURN NULL;
END $$;
CREATE TRIGGER profile_of_closed AFTER UPDATE OF closed ON "user"
  FOR EACH ROW WHEN (new.closed IS NOT NULL)
  EXECUTE FUNCTION delete_profile_of_closed();

CREATE TRIGGER a_turn BEFORE INSERT OR UPDATE OR DELETE ON profile
  FOR EACH STATEMENT EXECUTE FUNCTION wait_for_turn();
CREATE TRIGGER public_profile AFTER INSERT OR UPDATE OR DELETE ON profile
  FOR EACH ROW EXECUTE FUNCTION change_version();
CREATE TRIGGER a_turn BEFORE INSERT OR UPDATE OR DELETE ON profile_link
  FOR EACH STATEMENT EXECUTE FUNCTION wait_for_turn();
CREATE TRIGGER public_profile_link AFTER INSERT OR UPDATE OR DELETE ON profile_link
  FOR EACH ROW EXECUTE FUNCTION change_version();

-- Feeds show the name.
CREATE TRIGGER blog_profile_added AFTER INSERT ON profile
  FOR EACH ROW WHEN (new.display_name IS NOT NULL) EXECUTE FUNCTION note_change();
CREATE TRIGGER blog_profile_changed AFTER UPDATE OF display_name ON profile
  FOR EACH ROW WHEN (new.display_name IS DISTINCT FROM old.display_name)
  EXECUTE FUNCTION note_change();
CREATE TRIGGER blog_profile_deleted AFTER DELETE ON profile
  FOR EACH ROW WHEN (old.display_name IS NOT NULL) EXECUTE FUNCTION note_change();

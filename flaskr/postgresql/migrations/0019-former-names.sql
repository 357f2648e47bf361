-- What people were called before. digest is former_names.hash_name() of a name: nobody
-- else gets it, even once the person is gone, and then it is all that is left.
CREATE TABLE former_name (
  digest text COLLATE "C" PRIMARY KEY NOT NULL,
  name text COLLATE "C",
  user_id bigint REFERENCES "user" (id) ON DELETE SET NULL,
  changed text COLLATE "C"
);
CREATE INDEX former_name_user ON former_name (user_id, changed);

CREATE FUNCTION forget_name_of_nobody() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE former_name SET name = NULL, changed = NULL WHERE digest = new.digest;
  RETURN NULL;
END $$;
CREATE TRIGGER former_name_of_nobody AFTER UPDATE OF user_id ON former_name
  FOR EACH ROW WHEN (new.user_id IS NULL AND new.name IS NOT NULL)
  EXECUTE FUNCTION forget_name_of_nobody();

-- Their old addresses lead to the new ones.
CREATE TRIGGER a_turn BEFORE INSERT OR UPDATE OR DELETE ON former_name
  FOR EACH STATEMENT EXECUTE FUNCTION wait_for_turn();
CREATE TRIGGER public_former_name AFTER INSERT OR UPDATE OR DELETE ON former_name
  FOR EACH ROW EXECUTE FUNCTION change_version();

-- Feeds show the name and have the address.
CREATE FUNCTION note_rename() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE blog SET changed = utc_now(), discussed = utc_now();
  RETURN NULL;
END $$;
CREATE TRIGGER blog_user_renamed AFTER UPDATE OF username ON "user"
  FOR EACH ROW WHEN (new.username IS DISTINCT FROM old.username)
  EXECUTE FUNCTION note_rename();

-- Who made a link to a draft; NULL of older ones, and of who is gone.
ALTER TABLE draft_link
  ADD COLUMN made_by bigint REFERENCES "user" (id) ON DELETE SET NULL;
CREATE INDEX draft_link_made_by ON draft_link (made_by);

-- What became of the forms of somebody goes with the account.
CREATE FUNCTION delete_sent_forms_of_closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM sent_form WHERE user_id = new.id;
  RETURN NULL;
END $$;
CREATE TRIGGER sent_form_of_closed AFTER UPDATE OF closed ON "user"
  FOR EACH ROW WHEN (new.closed IS NOT NULL)
  EXECUTE FUNCTION delete_sent_forms_of_closed();

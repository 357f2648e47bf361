-- What somebody typed in the editor of a post and has not published, by the form that
-- has it open: two tabs have two. post_id is NULL for a new post, and opened is the
-- version of the post that was opened. sent is when a button last sent the form: what
-- its page still sends of itself comes too late. A copy that was discarded can come
-- back for a day; of one that was published, nothing is left but its time.
CREATE TABLE working_copy (
  user_id bigint NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
  form_id text COLLATE "C" NOT NULL,
  post_id bigint,
  opened bigint,
  saved text COLLATE "C" NOT NULL,
  sent text COLLATE "C",
  discarded text COLLATE "C",
  title text COLLATE "C" NOT NULL,
  tags text COLLATE "C" NOT NULL,
  body text COLLATE "C" NOT NULL,
  PRIMARY KEY (user_id, form_id)
);
CREATE INDEX working_copy_user ON working_copy (user_id, post_id, saved);
CREATE INDEX working_copy_post ON working_copy (post_id);
CREATE INDEX working_copy_saved ON working_copy (saved);
CREATE INDEX working_copy_discarded ON working_copy (discarded);

-- They stay for as long as the post can come back from the bin.
CREATE INDEX binned_post_post ON binned_post (post_id);
CREATE FUNCTION delete_working_copies_of_post() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM working_copy WHERE post_id = old.id
    AND NOT EXISTS (SELECT 1 FROM binned_post WHERE post_id = old.id);
  RETURN NULL;
END $$;
CREATE TRIGGER working_copy_of_post AFTER DELETE ON post
  FOR EACH ROW EXECUTE FUNCTION delete_working_copies_of_post();
CREATE FUNCTION delete_working_copies_of_binned_post() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM working_copy WHERE post_id = old.post_id
    AND NOT EXISTS (SELECT 1 FROM post WHERE id = old.post_id)
    AND NOT EXISTS (SELECT 1 FROM binned_post WHERE post_id = old.post_id);
  RETURN NULL;
END $$;
CREATE TRIGGER working_copy_of_binned_post AFTER DELETE ON binned_post
  FOR EACH ROW EXECUTE FUNCTION delete_working_copies_of_binned_post();

CREATE FUNCTION delete_working_copies_of_closed() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM working_copy WHERE user_id = new.id;
  RETURN NULL;
END $$;
CREATE TRIGGER working_copy_of_closed AFTER UPDATE OF closed ON "user"
  FOR EACH ROW WHEN (new.closed IS NOT NULL)
  EXECUTE FUNCTION delete_working_copies_of_closed();

-- Whom a notice is about, if not a post or a comment: then the post's number is 0.
ALTER TABLE notice
  ADD COLUMN person_id bigint REFERENCES "user" (id) ON DELETE CASCADE;
CREATE INDEX notice_person ON notice (person_id);

CREATE FUNCTION delete_notices_about_closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM notice WHERE person_id = new.id;
  RETURN NULL;
END $$;
CREATE TRIGGER notice_about_closed AFTER UPDATE OF closed ON "user"
  FOR EACH ROW WHEN (new.closed IS NOT NULL)
  EXECUTE FUNCTION delete_notices_about_closed();

-- A link to a draft is one of those that somebody may use once: then reader_hash is of
-- what the browser has that used it, which reads the draft until the link expires.
ALTER TABLE one_time_link
  ADD COLUMN post_id bigint REFERENCES post (id) ON DELETE CASCADE,
  ADD COLUMN reader_hash text COLLATE "C",
  DROP CONSTRAINT one_time_link_check,
  ADD CONSTRAINT one_time_link_check CHECK (
    (role IS NULL) <> (user_id IS NULL) AND post_id IS NULL
    OR role IS NULL AND user_id IS NULL AND post_id IS NOT NULL
  );
CREATE INDEX one_time_link_post ON one_time_link (post_id, id);

-- Who reads a draft does so by the link, used or not.
CREATE OR REPLACE FUNCTION delete_one_time_links_of_closed() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM one_time_link
    WHERE (used IS NULL OR post_id IS NOT NULL)
      AND (user_id = new.id OR made_by = new.id);
  RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION end_sessions_of_suspended() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM session WHERE user_id = new.user_id;
  DELETE FROM one_time_link
    WHERE (used IS NULL OR post_id IS NOT NULL) AND made_by = new.user_id;
  RETURN NULL;
END $$;

-- The older ones, which SECRET_KEY signed.
DROP TABLE draft_link;

-- Another number whenever the title, the text or the tags of a post change, each one
-- greater than those before: what a form was opened with.
ALTER TABLE post ADD COLUMN version bigint NOT NULL DEFAULT 1;

CREATE FUNCTION raise_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  new.version := old.version + 1;
  RETURN new;
END $$;
CREATE TRIGGER post_version BEFORE UPDATE OF title, body ON post
  FOR EACH ROW WHEN ((new.title, new.body) IS DISTINCT FROM (old.title, old.body))
  EXECUTE FUNCTION raise_version();
CREATE FUNCTION raise_version_for_tag() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE post SET version = version + 1 WHERE tg_op <> 'INSERT' AND id = old.post_id
    OR tg_op <> 'DELETE' AND id = new.post_id;
  RETURN NULL;
END $$;
CREATE TRIGGER post_version_tag AFTER INSERT OR DELETE ON post_tag
  FOR EACH ROW EXECUTE FUNCTION raise_version_for_tag();
CREATE TRIGGER post_version_tag_moved AFTER UPDATE OF post_id, tag_id ON post_tag
  FOR EACH ROW
  WHEN ((new.post_id, new.tag_id) IS DISTINCT FROM (old.post_id, old.tag_id))
  EXECUTE FUNCTION raise_version_for_tag();

-- What a post was at a version, once it has changed. tags is a list in JSON; added and
-- removed are characters; content is the text, compressed with that of the version
-- base as its dictionary, and on its own where position is 0. author_id is NULL where
-- nobody knows who wrote it, as when it was done in SQL.
CREATE TABLE revision (
  post_id bigint NOT NULL REFERENCES post (id) ON DELETE CASCADE,
  version bigint NOT NULL,
  author_id bigint REFERENCES "user" (id) ON DELETE SET NULL,
  created text COLLATE "C" NOT NULL,
  title text COLLATE "C" NOT NULL,
  tags text COLLATE "C" NOT NULL,
  added bigint NOT NULL,
  removed bigint NOT NULL,
  position bigint NOT NULL,
  base bigint,
  content bytea NOT NULL,
  PRIMARY KEY (post_id, version)
);
-- zstd has compressed it.
ALTER TABLE revision ALTER COLUMN content SET STORAGE EXTERNAL;
CREATE INDEX revision_author ON revision (author_id);

-- The bin keeps them with their post.
ALTER TABLE binned_post ADD COLUMN version bigint NOT NULL DEFAULT 1;
CREATE TABLE binned_revision (
  binned_id bigint NOT NULL REFERENCES binned_post (id) ON DELETE CASCADE,
  version bigint NOT NULL,
  author_id bigint,
  created text COLLATE "C" NOT NULL,
  title text COLLATE "C" NOT NULL,
  tags text COLLATE "C" NOT NULL,
  added bigint NOT NULL,
  removed bigint NOT NULL,
  position bigint NOT NULL,
  base bigint,
  content bytea NOT NULL,
  PRIMARY KEY (binned_id, version)
);
ALTER TABLE binned_revision ALTER COLUMN content SET STORAGE EXTERNAL;
CREATE INDEX binned_revision_author ON binned_revision (author_id);
CREATE FUNCTION forget_binned_revision_author() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE binned_revision SET author_id = NULL WHERE author_id = old.id;
  RETURN NULL;
END $$;
CREATE TRIGGER binned_revision_of_user AFTER DELETE ON "user"
  FOR EACH ROW EXECUTE FUNCTION forget_binned_revision_author();

-- A post that the public does not see: drafted is since when it is a draft, which plain
-- SQL says of no post; due is when a scheduled one becomes public.
ALTER TABLE post ADD COLUMN drafted TIMESTAMP;
ALTER TABLE post ADD COLUMN due TIMESTAMP;
DROP INDEX IF EXISTS post_created;
CREATE INDEX post_created ON post (created, number) WHERE drafted IS NULL;
CREATE INDEX post_author_public ON post (author_id, created, number)
  WHERE drafted IS NULL;
CREATE INDEX post_draft ON post (author_id, drafted, number) WHERE drafted IS NOT NULL;
CREATE INDEX post_due ON post (due) WHERE due IS NOT NULL;
ALTER TABLE binned_post ADD COLUMN drafted TIMESTAMP;
ALTER TABLE binned_post ADD COLUMN due TIMESTAMP;

-- Of a draft, the tags have no time: the lists of a tag end with them.
DROP TRIGGER IF EXISTS post_tag_moved;
CREATE TRIGGER post_tag_moved AFTER UPDATE OF created, drafted ON post
BEGIN
  UPDATE post_tag SET created = iif(new.drafted IS NULL, new.created, '')
    WHERE post_id = new.id;
END;

-- What the public does not see leaves its pages where they are. When something is due,
-- is read once for each version.
DROP TRIGGER IF EXISTS public_post_added;
CREATE TRIGGER public_post_added AFTER INSERT ON post
WHEN new.drafted IS NULL OR new.due IS NOT NULL
BEGIN
  UPDATE public_version SET version = random();
END;
DROP TRIGGER IF EXISTS public_post_changed;
CREATE TRIGGER public_post_changed AFTER UPDATE ON post
WHEN old.drafted IS NULL OR new.drafted IS NULL OR new.due IS NOT old.due
BEGIN
  UPDATE public_version SET version = random();
END;
DROP TRIGGER IF EXISTS public_post_deleted;
CREATE TRIGGER public_post_deleted AFTER DELETE ON post
WHEN old.drafted IS NULL OR old.due IS NOT NULL
BEGIN
  UPDATE public_version SET version = random();
END;
DROP TRIGGER IF EXISTS public_post_tag_added;
CREATE TRIGGER public_post_tag_added AFTER INSERT ON post_tag
WHEN new.created <> ''
BEGIN
  UPDATE public_version SET version = random();
END;
DROP TRIGGER IF EXISTS public_post_tag_changed;
CREATE TRIGGER public_post_tag_changed AFTER UPDATE ON post_tag
WHEN old.created <> '' OR new.created <> ''
BEGIN
  UPDATE public_version SET version = random();
END;
DROP TRIGGER IF EXISTS public_post_tag_deleted;
CREATE TRIGGER public_post_tag_deleted AFTER DELETE ON post_tag
WHEN old.created <> ''
BEGIN
  UPDATE public_version SET version = random();
END;
DROP TRIGGER IF EXISTS blog_post_added;
CREATE TRIGGER blog_post_added AFTER INSERT ON post
WHEN new.drafted IS NULL
BEGIN
  UPDATE blog SET changed = CURRENT_TIMESTAMP;
END;
DROP TRIGGER IF EXISTS blog_post_changed;
CREATE TRIGGER blog_post_changed AFTER UPDATE ON post
WHEN old.drafted IS NULL OR new.drafted IS NULL
BEGIN
  UPDATE blog SET changed = CURRENT_TIMESTAMP;
END;
DROP TRIGGER IF EXISTS blog_post_deleted;
CREATE TRIGGER blog_post_deleted AFTER DELETE ON post
WHEN old.drafted IS NULL
BEGIN
  UPDATE blog SET changed = CURRENT_TIMESTAMP;
END;
DROP TRIGGER IF EXISTS blog_tag_added;
CREATE TRIGGER blog_tag_added AFTER INSERT ON post_tag
WHEN new.created <> ''
BEGIN
  UPDATE blog SET changed = CURRENT_TIMESTAMP;
END;
DROP TRIGGER IF EXISTS blog_tag_deleted;
CREATE TRIGGER blog_tag_deleted AFTER DELETE ON post_tag
WHEN old.created <> ''
BEGIN
  UPDATE blog SET changed = CURRENT_TIMESTAMP;
END;

-- Since when a version is one that the public has not seen; NULL of those it has.
ALTER TABLE revision ADD COLUMN drafted TIMESTAMP;
ALTER TABLE binned_revision ADD COLUMN drafted TIMESTAMP;

-- Whoever has the address of one, which SECRET_KEY signs, may read the draft.
CREATE TABLE draft_link (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  post_id INTEGER NOT NULL REFERENCES post (id) ON DELETE CASCADE,
  created TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
  expires TIMESTAMP NOT NULL
);
CREATE INDEX draft_link_post ON draft_link (post_id, id);

-- For the sqlite3 shell, which does not enforce foreign keys.
CREATE TRIGGER draft_link_of_post AFTER DELETE ON post
BEGIN
  DELETE FROM draft_link WHERE post_id = old.id;
END;

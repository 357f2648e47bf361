-- Since when a post is a page, outside lists and feeds, which plain SQL says of none;
-- and its place in the header, by which the pages there are sorted.
ALTER TABLE post ADD COLUMN page TIMESTAMP;
ALTER TABLE post ADD COLUMN header_position INTEGER;
DROP INDEX IF EXISTS post_created;
CREATE INDEX post_created ON post (created, number)
  WHERE drafted IS NULL AND page IS NULL;
DROP INDEX IF EXISTS post_author_public;
CREATE INDEX post_author_public ON post (author_id, created, number)
  WHERE drafted IS NULL AND page IS NULL;
CREATE INDEX post_page ON post (page, number) WHERE page IS NOT NULL;
CREATE INDEX post_author_page ON post (author_id, page, number)
  WHERE page IS NOT NULL;
CREATE INDEX post_header ON post (header_position, number)
  WHERE header_position IS NOT NULL;
ALTER TABLE binned_post ADD COLUMN page TIMESTAMP;
ALTER TABLE binned_post ADD COLUMN header_position INTEGER;

-- Of a page, too, the tags have no time: the lists of a tag end with them.
DROP TRIGGER IF EXISTS post_tag_moved;
CREATE TRIGGER post_tag_moved AFTER UPDATE OF created, drafted, page ON post
BEGIN
  UPDATE post_tag
    SET created = iif(new.drafted IS NULL AND new.page IS NULL, new.created, '')
    WHERE post_id = new.id;
END;

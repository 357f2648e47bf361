-- The HTML of texts, and what lists show of them, made when they were saved. What
-- changes a text takes it along, whatever program does it; even one that lets a row
-- replace another, or does not look after foreign keys.
CREATE TABLE post_rendering (
  post_id INTEGER PRIMARY KEY REFERENCES post (id) ON DELETE CASCADE ON UPDATE CASCADE,
  version TEXT NOT NULL,
  html TEXT NOT NULL,
  facts TEXT NOT NULL
);
CREATE TABLE comment_rendering (
  comment_id INTEGER PRIMARY KEY REFERENCES comment (id) ON DELETE CASCADE ON UPDATE CASCADE,
  version TEXT NOT NULL,
  html TEXT NOT NULL,
  facts TEXT NOT NULL
);
CREATE TRIGGER post_rendering_added AFTER INSERT ON post
BEGIN
  DELETE FROM post_rendering WHERE post_id = new.id;
END;
CREATE TRIGGER post_rendering_changed AFTER UPDATE OF id, body ON post
WHEN new.body IS NOT old.body OR new.id IS NOT old.id
BEGIN
  DELETE FROM post_rendering WHERE post_id IN (old.id, new.id);
END;
CREATE TRIGGER post_rendering_deleted AFTER DELETE ON post
BEGIN
  DELETE FROM post_rendering WHERE post_id = old.id;
END;
CREATE TRIGGER comment_rendering_added AFTER INSERT ON comment
BEGIN
  DELETE FROM comment_rendering WHERE comment_id = new.id;
END;
CREATE TRIGGER comment_rendering_changed AFTER UPDATE OF id, body ON comment
WHEN new.body IS NOT old.body OR new.id IS NOT old.id
BEGIN
  DELETE FROM comment_rendering WHERE comment_id IN (old.id, new.id);
END;
CREATE TRIGGER comment_rendering_deleted AFTER DELETE ON comment
BEGIN
  DELETE FROM comment_rendering WHERE comment_id = old.id;
END;

-- What goes when somebody closes the account: each table says it of its rows.
CREATE TRIGGER session_of_closed AFTER UPDATE OF closed ON "user"
WHEN new.closed IS NOT NULL
BEGIN
  DELETE FROM session WHERE user_id = new.id;
END;
CREATE TRIGGER post_like_of_closed AFTER UPDATE OF closed ON "user"
WHEN new.closed IS NOT NULL
BEGIN
  DELETE FROM post_like WHERE user_id = new.id;
END;
CREATE TRIGGER image_upload_of_closed AFTER UPDATE OF closed ON "user"
WHEN new.closed IS NOT NULL
BEGIN
  DELETE FROM image_upload WHERE user_id = new.id;
END;

-- And the person, if nothing that stays names them.
CREATE TRIGGER user_of_closed AFTER UPDATE OF closed ON "user"
WHEN new.closed IS NOT NULL
BEGIN
  DELETE FROM "user" WHERE id = new.id
    AND NOT EXISTS (SELECT 1 FROM post WHERE author_id = new.id)
    AND NOT EXISTS (SELECT 1 FROM comment WHERE author_id = new.id);
END;

-- An image that nobody has any more goes, unless a text shows it.
CREATE TRIGGER image_of_nobody AFTER DELETE ON image_upload
WHEN NOT EXISTS (SELECT 1 FROM image_upload WHERE image_id = old.image_id)
BEGIN
  DELETE FROM image WHERE id = old.image_id
    AND NOT EXISTS (SELECT 1 FROM image_use WHERE hash = image.hash);
END;

-- A text that may show images, given to this view, has the addresses in it noted in
-- image_use. It is split there as JSON, because a loop in SQL would copy the rest of
-- the text at each of them.
CREATE VIEW image_text (post_id, user_id, text) AS
  SELECT NULL, NULL, NULL WHERE FALSE;
CREATE TRIGGER image_text_given INSTEAD OF INSERT ON image_text
BEGIN
  DELETE FROM image_use WHERE post_id = new.post_id;
  DELETE FROM image_use WHERE user_id = new.user_id;
  INSERT INTO image_use (hash, post_id, user_id)
    SELECT DISTINCT substr(value, 1, 40), new.post_id, new.user_id
    FROM json_each('['
      || replace(json_quote(CAST(new.text AS TEXT)), '/image/', '","') || ']')
    WHERE key > 0;
END;

DROP TRIGGER image_use_post_added;
DROP TRIGGER image_use_post_changed;
DROP TRIGGER image_use_about_added;
DROP TRIGGER image_use_about_changed;
CREATE TRIGGER image_use_post_added AFTER INSERT ON post
WHEN instr(new.body, '/image/')
BEGIN
  INSERT INTO image_text VALUES (new.id, NULL, new.body);
END;
CREATE TRIGGER image_use_post_changed AFTER UPDATE OF body ON post
WHEN instr(old.body, '/image/') OR instr(new.body, '/image/')
BEGIN
  INSERT INTO image_text VALUES (new.id, NULL, new.body);
END;
CREATE TRIGGER image_use_about_added AFTER INSERT ON "user"
WHEN instr(new.about, '/image/')
BEGIN
  INSERT INTO image_text VALUES (NULL, new.id, new.about);
END;
CREATE TRIGGER image_use_about_changed AFTER UPDATE OF about ON "user"
WHEN instr(old.about, '/image/') OR instr(new.about, '/image/')
BEGIN
  INSERT INTO image_text VALUES (NULL, new.id, new.about);
END;

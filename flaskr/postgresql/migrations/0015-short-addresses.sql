-- An address of an image has 12 or 40 digits, which end with a "-": as many are noted.
CREATE OR REPLACE FUNCTION note_images(post bigint, person bigint, text text)
RETURNS void LANGUAGE sql BEGIN ATOMIC
  DELETE FROM image_use WHERE post_id = post OR user_id = person;
  INSERT INTO image_use (hash, post_id, user_id)
    SELECT DISTINCT split_part(substr(part, 1, 40), '-', 1), post, person
    FROM string_to_table(text, '/image/') WITH ORDINALITY AS parts (part, number)
    WHERE number > 1;
END;

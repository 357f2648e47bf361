-- An address of an image has 12 or 40 digits, which end with a "-": as many are noted.
DROP TRIGGER image_text_given;
CREATE TRIGGER image_text_given INSTEAD OF INSERT ON image_text
BEGIN
  DELETE FROM image_use WHERE post_id = new.post_id;
  DELETE FROM image_use WHERE user_id = new.user_id;
  INSERT INTO image_use (hash, post_id, user_id)
    SELECT DISTINCT substr(value, 1, instr(substr(value, 1, 40) || '-', '-') - 1),
      new.post_id, new.user_id
    FROM json_each('['
      || replace(json_quote(CAST(new.text AS TEXT)), '/image/', '","') || ']')
    WHERE key > 0;
END;

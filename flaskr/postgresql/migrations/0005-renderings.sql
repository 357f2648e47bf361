-- The HTML of texts, and what lists show of them, made when they were saved. What
-- changes a text takes it along, whatever program does it.
CREATE TABLE post_rendering (
  post_id bigint PRIMARY KEY REFERENCES post (id) ON DELETE CASCADE ON UPDATE CASCADE,
  version text COLLATE "C" NOT NULL,
  html text COLLATE "C" NOT NULL,
  facts text COLLATE "C" NOT NULL
);
CREATE TABLE comment_rendering (
  comment_id bigint PRIMARY KEY REFERENCES comment (id) ON DELETE CASCADE ON UPDATE CASCADE,
  version text COLLATE "C" NOT NULL,
  html text COLLATE "C" NOT NULL,
  facts text COLLATE "C" NOT NULL
);
CREATE FUNCTION forget_post_rendering() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF tg_op <> 'INSERT' THEN
    DELETE FROM post_rendering WHERE post_id = old.id;
  END IF;
  IF tg_op <> 'DELETE' THEN
    DELETE FROM post_rendering WHERE post_id = new.id;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER post_rendering_added AFTER INSERT OR DELETE ON post
  FOR EACH ROW EXECUTE FUNCTION forget_post_rendering();
CREATE TRIGGER post_rendering_changed AFTER UPDATE OF id, body ON post
  FOR EACH ROW WHEN ((new.body, new.id) IS DISTINCT FROM (old.body, old.id))
  EXECUTE FUNCTION forget_post_rendering();
CREATE FUNCTION forget_comment_rendering() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF tg_op <> 'INSERT' THEN
    DELETE FROM comment_rendering WHERE comment_id = old.id;
  END IF;
  IF tg_op <> 'DELETE' THEN
    DELETE FROM comment_rendering WHERE comment_id = new.id;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER comment_rendering_added AFTER INSERT OR DELETE ON comment
  FOR EACH ROW EXECUTE FUNCTION forget_comment_rendering();
CREATE TRIGGER comment_rendering_changed AFTER UPDATE OF id, body ON comment
  FOR EACH ROW WHEN ((new.body, new.id) IS DISTINCT FROM (old.body, old.id))
  EXECUTE FUNCTION forget_comment_rendering();

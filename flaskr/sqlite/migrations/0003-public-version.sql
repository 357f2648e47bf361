-- One row: another number whenever something changes that public pages show, so that
-- pages are kept while sessions, limits and the like change. Drawn, not counted: a
-- number that a restored copy had must not come back with other posts.
CREATE TABLE public_version (version INTEGER NOT NULL);
INSERT INTO public_version (version) VALUES (random());

CREATE TRIGGER public_post_added AFTER INSERT ON post
BEGIN
  UPDATE public_version SET version = random();
END;
CREATE TRIGGER public_post_changed AFTER UPDATE ON post
BEGIN
  UPDATE public_version SET version = random();
END;
CREATE TRIGGER public_post_deleted AFTER DELETE ON post
BEGIN
  UPDATE public_version SET version = random();
END;
CREATE TRIGGER public_tag_added AFTER INSERT ON tag
BEGIN
  UPDATE public_version SET version = random();
END;
CREATE TRIGGER public_tag_changed AFTER UPDATE ON tag
BEGIN
  UPDATE public_version SET version = random();
END;
CREATE TRIGGER public_tag_deleted AFTER DELETE ON tag
BEGIN
  UPDATE public_version SET version = random();
END;
CREATE TRIGGER public_post_tag_added AFTER INSERT ON post_tag
BEGIN
  UPDATE public_version SET version = random();
END;
CREATE TRIGGER public_post_tag_changed AFTER UPDATE ON post_tag
BEGIN
  UPDATE public_version SET version = random();
END;
CREATE TRIGGER public_post_tag_deleted AFTER DELETE ON post_tag
BEGIN
  UPDATE public_version SET version = random();
END;
CREATE TRIGGER public_comment_added AFTER INSERT ON comment
BEGIN
  UPDATE public_version SET version = random();
END;
CREATE TRIGGER public_comment_changed AFTER UPDATE ON comment
BEGIN
  UPDATE public_version SET version = random();
END;
CREATE TRIGGER public_comment_deleted AFTER DELETE ON comment
BEGIN
  UPDATE public_version SET version = random();
END;
CREATE TRIGGER public_post_count_added AFTER INSERT ON post_count
BEGIN
  UPDATE public_version SET version = random();
END;
CREATE TRIGGER public_post_count_changed AFTER UPDATE ON post_count
BEGIN
  UPDATE public_version SET version = random();
END;
CREATE TRIGGER public_post_count_deleted AFTER DELETE ON post_count
BEGIN
  UPDATE public_version SET version = random();
END;
CREATE TRIGGER public_blog_added AFTER INSERT ON blog
BEGIN
  UPDATE public_version SET version = random();
END;
CREATE TRIGGER public_blog_changed AFTER UPDATE ON blog
BEGIN
  UPDATE public_version SET version = random();
END;
CREATE TRIGGER public_blog_deleted AFTER DELETE ON blog
BEGIN
  UPDATE public_version SET version = random();
END;

-- Of a person, all but the password.
CREATE TRIGGER public_user_added AFTER INSERT ON "user"
BEGIN
  UPDATE public_version SET version = random();
END;
CREATE TRIGGER public_user_changed
AFTER UPDATE OF id, username, name_key, closed, about ON "user"
BEGIN
  UPDATE public_version SET version = random();
END;
CREATE TRIGGER public_user_deleted AFTER DELETE ON "user"
BEGIN
  UPDATE public_version SET version = random();
END;

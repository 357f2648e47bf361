-- When somebody registered; NULL of those from before, and whom plain SQL adds.
ALTER TABLE user ADD COLUMN joined TIMESTAMP;
CREATE INDEX user_joined ON user (joined);

-- Who asks to join, and what they were told. The newest of a person counts: until it is
-- accepted, they can't log in. Without answered_by, the command line answered.
CREATE TABLE application (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  user_id INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
  created TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  reason TEXT NOT NULL,
  why TEXT NOT NULL DEFAULT '',
  answered TEXT,
  answered_by INTEGER REFERENCES user (id) ON DELETE SET NULL,
  accepted INTEGER NOT NULL DEFAULT 0,
  answer TEXT NOT NULL DEFAULT ''
);
CREATE INDEX application_user ON application (user_id, id);
CREATE INDEX application_open ON application (created, id) WHERE answered IS NULL;
CREATE INDEX application_answered_by ON application (answered_by);

-- Whose texts need no approval any more.
CREATE TABLE approval (
  user_id INTEGER PRIMARY KEY REFERENCES user (id) ON DELETE CASCADE,
  approved TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  approved_by INTEGER REFERENCES user (id) ON DELETE SET NULL
);
CREATE INDEX approval_by ON approval (approved_by);

-- Drafts that their authors published, and that wait for a moderator; with refused, for
-- their authors. When approved, one is published, or at due. The answer is the last one.
CREATE TABLE waiting_post (
  post_id INTEGER PRIMARY KEY REFERENCES post (id) ON DELETE CASCADE,
  created TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  due TEXT,
  why TEXT NOT NULL,
  refused TEXT,
  refused_by INTEGER REFERENCES user (id) ON DELETE SET NULL,
  answer TEXT NOT NULL DEFAULT ''
);
CREATE INDEX waiting_post_open ON waiting_post (created, post_id)
  WHERE refused IS NULL;
CREATE INDEX waiting_post_refused_by ON waiting_post (refused_by);
CREATE TRIGGER waiting_post_of_public AFTER UPDATE OF drafted ON post
WHEN new.drafted IS NULL
BEGIN
  DELETE FROM waiting_post WHERE post_id = new.id;
END;

-- Comments that wait for a moderator; with refused, they can be read by their authors
-- for a while. The post may be in the bin meanwhile.
CREATE TABLE waiting_comment (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  post_id INTEGER NOT NULL,
  parent_id INTEGER,
  author_id INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
  created TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  body TEXT NOT NULL,
  why TEXT NOT NULL,
  refused TEXT,
  refused_by INTEGER REFERENCES user (id) ON DELETE SET NULL,
  answer TEXT NOT NULL DEFAULT '',
  cleanup_id INTEGER REFERENCES cleanup (id) ON DELETE CASCADE
);
CREATE INDEX waiting_comment_open ON waiting_comment (created, id)
  WHERE refused IS NULL AND cleanup_id IS NULL;
CREATE INDEX waiting_comment_refused ON waiting_comment (refused)
  WHERE refused IS NOT NULL;
CREATE INDEX waiting_comment_post ON waiting_comment (post_id);
CREATE INDEX waiting_comment_author ON waiting_comment (author_id, id);
CREATE INDEX waiting_comment_refused_by ON waiting_comment (refused_by);
CREATE INDEX waiting_comment_cleanup ON waiting_comment (cleanup_id);
CREATE TRIGGER waiting_comment_of_binned AFTER DELETE ON binned_post
WHEN NOT EXISTS (SELECT 1 FROM post WHERE id = old.post_id)
BEGIN
  DELETE FROM waiting_comment WHERE post_id = old.post_id;
END;

-- What readers say is wrong with a post, a comment or a person.
CREATE TABLE report (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  created TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  reporter_id INTEGER REFERENCES user (id) ON DELETE CASCADE,
  post_id INTEGER REFERENCES post (id) ON DELETE CASCADE,
  comment_id INTEGER REFERENCES comment (id) ON DELETE CASCADE,
  person_id INTEGER REFERENCES user (id) ON DELETE CASCADE,
  reason TEXT NOT NULL,
  closed TEXT,
  closed_by INTEGER REFERENCES user (id) ON DELETE SET NULL
);
CREATE INDEX report_open ON report (created, id) WHERE closed IS NULL;
CREATE INDEX report_reporter ON report (reporter_id, id);
CREATE INDEX report_post ON report (post_id);
CREATE INDEX report_comment ON report (comment_id);
CREATE INDEX report_person ON report (person_id);
CREATE INDEX report_closed_by ON report (closed_by);

-- What readers do not see any more needs no moderator.
CREATE TRIGGER report_of_removed AFTER UPDATE OF removed ON comment
WHEN new.removed IS NOT NULL
BEGIN
  DELETE FROM report WHERE comment_id = new.id;
END;

-- Who did what to what, when and why. Without moderator_id, the command line, or
-- somebody whose account is gone. What the numbers name may be gone, too.
CREATE TABLE moderation (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  created TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  moderator_id INTEGER REFERENCES user (id) ON DELETE SET NULL,
  action TEXT NOT NULL,
  person_id INTEGER REFERENCES user (id) ON DELETE SET NULL,
  post_id INTEGER,
  comment_id INTEGER,
  reason TEXT NOT NULL DEFAULT ''
);
CREATE INDEX moderation_moderator ON moderation (moderator_id, id);
CREATE INDEX moderation_person ON moderation (person_id, id);

-- Everything of spammers that was taken back at once, for as long as it can be undone.
CREATE TABLE cleanup (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  created TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  moderator_id INTEGER REFERENCES user (id) ON DELETE SET NULL
);
CREATE INDEX cleanup_created ON cleanup (created);
CREATE INDEX cleanup_moderator ON cleanup (moderator_id);
CREATE TABLE cleanup_person (
  cleanup_id INTEGER NOT NULL REFERENCES cleanup (id) ON DELETE CASCADE,
  user_id INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
  PRIMARY KEY (cleanup_id, user_id)
);
CREATE INDEX cleanup_person_user ON cleanup_person (user_id);
CREATE TABLE cleanup_comment (
  cleanup_id INTEGER NOT NULL REFERENCES cleanup (id) ON DELETE CASCADE,
  id INTEGER NOT NULL,
  post_id INTEGER NOT NULL,
  parent_id INTEGER,
  author_id INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
  created TEXT NOT NULL,
  updated TEXT,
  body TEXT NOT NULL,
  PRIMARY KEY (cleanup_id, id)
);
CREATE INDEX cleanup_comment_author ON cleanup_comment (author_id);
CREATE TABLE cleanup_like (
  cleanup_id INTEGER NOT NULL REFERENCES cleanup (id) ON DELETE CASCADE,
  post_id INTEGER NOT NULL,
  user_id INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
  created TEXT NOT NULL,
  PRIMARY KEY (cleanup_id, post_id, user_id)
);
CREATE INDEX cleanup_like_user ON cleanup_like (user_id);
ALTER TABLE binned_post ADD COLUMN cleanup_id INTEGER;
CREATE INDEX binned_post_cleanup ON binned_post (cleanup_id)
  WHERE cleanup_id IS NOT NULL;

CREATE TRIGGER moderation_of_closed AFTER UPDATE OF closed ON user
WHEN new.closed IS NOT NULL
BEGIN
  DELETE FROM application WHERE user_id = new.id;
  DELETE FROM approval WHERE user_id = new.id;
  DELETE FROM waiting_comment WHERE author_id = new.id;
  DELETE FROM report WHERE person_id = new.id OR reporter_id = new.id;
  DELETE FROM cleanup_person WHERE user_id = new.id;
  DELETE FROM cleanup_comment WHERE author_id = new.id;
  DELETE FROM cleanup_like WHERE user_id = new.id;
END;

-- For the sqlite3 shell, which does not enforce foreign keys.
CREATE TRIGGER moderation_of_user AFTER DELETE ON user
BEGIN
  DELETE FROM application WHERE user_id = old.id;
  DELETE FROM approval WHERE user_id = old.id;
  DELETE FROM waiting_comment WHERE author_id = old.id;
  DELETE FROM report WHERE person_id = old.id OR reporter_id = old.id;
  DELETE FROM cleanup_person WHERE user_id = old.id;
  DELETE FROM cleanup_comment WHERE author_id = old.id;
  DELETE FROM cleanup_like WHERE user_id = old.id;
  UPDATE application SET answered_by = NULL WHERE answered_by = old.id;
  UPDATE approval SET approved_by = NULL WHERE approved_by = old.id;
  UPDATE waiting_post SET refused_by = NULL WHERE refused_by = old.id;
  UPDATE waiting_comment SET refused_by = NULL WHERE refused_by = old.id;
  UPDATE report SET closed_by = NULL WHERE closed_by = old.id;
  UPDATE moderation SET moderator_id = NULL WHERE moderator_id = old.id;
  UPDATE moderation SET person_id = NULL WHERE person_id = old.id;
  UPDATE cleanup SET moderator_id = NULL WHERE moderator_id = old.id;
END;
CREATE TRIGGER moderation_of_post AFTER DELETE ON post
BEGIN
  DELETE FROM waiting_post WHERE post_id = old.id;
  DELETE FROM report WHERE post_id = old.id;
END;
CREATE TRIGGER report_of_comment AFTER DELETE ON comment
BEGIN
  DELETE FROM report WHERE comment_id = old.id;
END;

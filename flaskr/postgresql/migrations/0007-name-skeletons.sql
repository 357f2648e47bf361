-- What names look like: flaskr.text.confusables.name_skeletons(). Those with letters
-- outside ASCII first, since a name without them looks like these only.
CREATE TABLE name_skeleton (
  skeleton text COLLATE "C" NOT NULL,
  is_ascii bigint NOT NULL,
  user_id bigint NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
  PRIMARY KEY (skeleton, is_ascii, user_id)
);
CREATE INDEX name_skeleton_user ON name_skeleton (user_id);

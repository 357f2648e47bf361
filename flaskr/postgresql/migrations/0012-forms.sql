-- What the form became that somebody sent: a post or a comment, which the same form,
-- sent again, changes. digest is sent_forms.hash_texts() of what it had then.
CREATE TABLE sent_form (
  id text COLLATE "C" PRIMARY KEY,
  user_id bigint NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
  post_id bigint REFERENCES post (id) ON DELETE CASCADE,
  comment_id bigint REFERENCES comment (id) ON DELETE CASCADE,
  digest text COLLATE "C" NOT NULL,
  sent text COLLATE "C" NOT NULL
);
CREATE INDEX sent_form_user ON sent_form (user_id, sent);
CREATE INDEX sent_form_sent ON sent_form (sent);
CREATE INDEX sent_form_post ON sent_form (post_id);
CREATE INDEX sent_form_comment ON sent_form (comment_id);

-- The copy that a form was filled with, by the form that it was of and when that was
-- saved: what two tabs have both come from, so that they can be merged.
ALTER TABLE working_copy ADD COLUMN base_form_id text COLLATE "C";
ALTER TABLE working_copy ADD COLUMN base_saved text COLLATE "C";
ALTER TABLE working_copy ADD COLUMN base_title text COLLATE "C";
ALTER TABLE working_copy ADD COLUMN base_tags text COLLATE "C";
ALTER TABLE working_copy ADD COLUMN base_body text COLLATE "C";
CREATE INDEX working_copy_base ON working_copy (user_id, base_form_id, base_saved);

-- Of a form whose copy another form was filled with, and that was sent: when that copy
-- was saved. NULL if the form was sent itself.
ALTER TABLE sent_form ADD COLUMN continued text COLLATE "C";

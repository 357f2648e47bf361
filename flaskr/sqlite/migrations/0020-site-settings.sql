-- What owners set in the browser, by the names of settings.py: values in JSON. Of a logo
-- or an icon, "value" is the address of its file, and "content" its bytes.
CREATE TABLE site_setting (
  name TEXT PRIMARY KEY NOT NULL,
  value TEXT NOT NULL,
  changed TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  changed_by INTEGER REFERENCES user (id) ON DELETE SET NULL,
  content BLOB
);
CREATE INDEX site_setting_by ON site_setting (changed_by);

-- All pages show some of them.
CREATE TRIGGER public_site_setting_added AFTER INSERT ON site_setting
BEGIN
  UPDATE public_version SET version = random();
END;
CREATE TRIGGER public_site_setting_changed AFTER UPDATE ON site_setting
BEGIN
  UPDATE public_version SET version = random();
END;
CREATE TRIGGER public_site_setting_deleted AFTER DELETE ON site_setting
BEGIN
  UPDATE public_version SET version = random();
END;

-- For the sqlite3 shell, which does not enforce foreign keys.
CREATE TRIGGER site_setting_of_user AFTER DELETE ON user
BEGIN
  UPDATE site_setting SET changed_by = NULL WHERE changed_by = old.id;
END;

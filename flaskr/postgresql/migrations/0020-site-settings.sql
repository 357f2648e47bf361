-- What owners set in the browser, by the names of settings.py: values in JSON. Of a logo
-- or an icon, "value" is the address of its file, and "content" its bytes.
CREATE TABLE site_setting (
  name text COLLATE "C" PRIMARY KEY,
  value text COLLATE "C" NOT NULL,
  changed text COLLATE "C" NOT NULL DEFAULT utc_now(),
  changed_by bigint REFERENCES "user" (id) ON DELETE SET NULL,
  content bytea
);
CREATE INDEX site_setting_by ON site_setting (changed_by);

-- All pages show some of them.
CREATE TRIGGER a_turn BEFORE INSERT OR UPDATE OR DELETE ON site_setting
  FOR EACH STATEMENT EXECUTE FUNCTION wait_for_turn();
CREATE TRIGGER public_site_setting AFTER INSERT OR UPDATE OR DELETE ON site_setting
  FOR EACH ROW EXECUTE FUNCTION change_version();

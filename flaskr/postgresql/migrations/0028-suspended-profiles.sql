-- Of who is suspended and has nothing else that is public, no page shows the profile.
CREATE TRIGGER a_turn BEFORE INSERT OR UPDATE OR DELETE ON suspension
  FOR EACH STATEMENT EXECUTE FUNCTION wait_for_turn();
CREATE TRIGGER public_suspension AFTER INSERT OR UPDATE OR DELETE ON suspension
  FOR EACH ROW EXECUTE FUNCTION change_version();

-- Of who is suspended and has nothing else that is public, no page shows the profile.
CREATE TRIGGER public_suspension_added AFTER INSERT ON suspension
BEGIN
  UPDATE public_version SET version = random();
END;
CREATE TRIGGER public_suspension_changed AFTER UPDATE ON suspension
BEGIN
  UPDATE public_version SET version = random();
END;
CREATE TRIGGER public_suspension_deleted AFTER DELETE ON suspension
BEGIN
  UPDATE public_version SET version = random();
END;

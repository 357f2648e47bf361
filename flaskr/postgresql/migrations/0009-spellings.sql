-- Words are indexed in another way: all posts once more. Until then, what was indexed
-- before is found as far as it is the same.
INSERT INTO search_queue SELECT id FROM post
  ON CONFLICT DO NOTHING;

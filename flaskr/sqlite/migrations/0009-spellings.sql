-- Words are indexed in another way: all posts once more. Until then, what was indexed
-- before is found as far as it is the same.
INSERT INTO search_queue (post_id) SELECT id FROM post WHERE true
  ON CONFLICT DO NOTHING;

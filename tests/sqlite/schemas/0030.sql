PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE user (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  username TEXT UNIQUE NOT NULL,
  password TEXT NOT NULL
, name_key TEXT, closed TIMESTAMP, about TEXT NOT NULL DEFAULT '', role TEXT NOT NULL DEFAULT 'author', joined TIMESTAMP);
INSERT INTO user VALUES(1,'alice','scrypt:16384:8:5$IgzHAZ0kDNlyrZXw$ebaab3a6b528a53e8d1945ce9eb20dc64a86ad9caac9c8460f9cd5a5dff77196da4982b40ae5b1559e0df9f0ab8a38bf003bd30e5c057d37fb08bcc57586517b','alice',NULL,'I *bake*.','author','2026-11-28 22:38:04');
INSERT INTO user VALUES(2,'bob','scrypt:16384:8:5$MwTiAtyEdzobPJze$bf94f223afe6ec0e3e32e3efe8b8ec557e02cc188d0b2c1008333ec1c9f0a5aefe90bba858be9d6abb43c91cdb454bf6477a9ff6af004e5114402801d5ac6516','bob',NULL,'','author','2026-11-28 22:38:05');
INSERT INTO user VALUES(3,'Oscar','scrypt:16384:8:5$NZFdFsf3fAzQwo3E$3dcb59e2ed200273e9fe15e7ce4a96c34a8876fdb6f8e9fa6a221f52e30b7b68cecc3312881d362c5b270199aaff9c4f6d10b547972c9dcee8656f2048840b07','oscar',NULL,'','author','2026-11-28 22:38:06');
CREATE TABLE post (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  author_id INTEGER NOT NULL,
  created TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
  title TEXT NOT NULL,
  body TEXT NOT NULL, number INTEGER GENERATED ALWAYS AS (id) VIRTUAL, updated TIMESTAMP, comments_closed TIMESTAMP, version INTEGER NOT NULL DEFAULT 1, drafted TIMESTAMP, due TIMESTAMP, page TIMESTAMP, header_position INTEGER,
  FOREIGN KEY (author_id) REFERENCES user (id)
);
INSERT INTO post VALUES(1,1,'2026-11-02 12:00:00','With everything',replace('Bread, *warm*.\n\n![](/image/5faf2c02921f-40x30.png)','\n',char(10)),NULL,NULL,3,NULL,NULL,NULL,NULL);
INSERT INTO post VALUES(2,2,'2026-11-01 12:00:00','面包','很好吃。','2026-11-28 22:38:05',NULL,2,NULL,NULL,NULL,NULL);
INSERT INTO post VALUES(4,1,'2026-11-0-1 12:00:00','Later','',NULL,NULL,1,'2026-11-28 22:38:06',NULL,NULL,NULL);
CREATE TABLE tag (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  key TEXT UNIQUE NOT NULL,
  name TEXT NOT NULL
);
INSERT INTO tag VALUES(1,'bread','bread');
INSERT INTO tag VALUES(2,'面包','面包');
CREATE TABLE post_tag (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  post_id INTEGER NOT NULL REFERENCES post (id) ON DELETE CASCADE,
  tag_id INTEGER NOT NULL REFERENCES tag (id) ON DELETE CASCADE,
  created TIMESTAMP NOT NULL,
  UNIQUE (post_id, tag_id)
);
INSERT INTO post_tag VALUES(1,1,1,'2026-11-02 12:00:00');
INSERT INTO post_tag VALUES(2,1,2,'2026-11-02 12:00:00');
CREATE TABLE comment (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  post_id INTEGER NOT NULL REFERENCES post (id) ON DELETE CASCADE,
  parent_id INTEGER REFERENCES comment (id) ON DELETE CASCADE,
  thread_id INTEGER GENERATED ALWAYS AS (coalesce(parent_id, id)) VIRTUAL,
  author_id INTEGER REFERENCES "user" (id),
  created TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated TIMESTAMP,
  body TEXT NOT NULL,
  removed TIMESTAMP,
  removed_by INTEGER REFERENCES "user" (id) ON DELETE SET NULL, moderated TIMESTAMP,
  CHECK (author_id IS NOT NULL OR removed IS NOT NULL)
);
INSERT INTO comment VALUES(1,1,NULL,2,'2026-11-28 22:38:05',NULL,'Well said.',NULL,NULL,NULL);
INSERT INTO comment VALUES(2,1,1,1,'2026-11-28 22:38:05',NULL,'Thank you.',NULL,NULL,NULL);
INSERT INTO comment VALUES(4,1,NULL,3,'2026-11-28 22:38:06',NULL,'Buy!',NULL,NULL,NULL);
CREATE TABLE post_like (
  post_id INTEGER NOT NULL REFERENCES post (id) ON DELETE CASCADE,
  user_id INTEGER NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
  created TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (post_id, user_id)
);
INSERT INTO post_like VALUES(1,2,'2026-11-28 22:38:05');
INSERT INTO post_like VALUES(1,1,'2026-11-28 22:38:06');
INSERT INTO post_like VALUES(2,1,'2026-11-28 22:38:06');
CREATE TABLE post_count (
  post_id INTEGER PRIMARY KEY REFERENCES post (id) ON DELETE CASCADE,
  comments INTEGER NOT NULL DEFAULT 0,
  likes INTEGER NOT NULL DEFAULT 0
);
INSERT INTO post_count VALUES(1,3,2);
INSERT INTO post_count VALUES(2,0,1);
CREATE TABLE image (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  hash TEXT UNIQUE NOT NULL,
  extension TEXT NOT NULL,
  width INTEGER NOT NULL,
  height INTEGER NOT NULL,
  size INTEGER NOT NULL
);
INSERT INTO image VALUES(1,'5faf2c02921f','png',40,30,107);
CREATE TABLE image_file (
  image_id INTEGER NOT NULL REFERENCES image (id) ON DELETE CASCADE,
  width INTEGER NOT NULL,
  content BLOB NOT NULL,
  PRIMARY KEY (image_id, width)
);
INSERT INTO image_file VALUES(1,40,X'89504e470d0a1a0a0000000d49484452000000280000001e0802000000d1bfcb8a0000003249444154785eedcda10100200cc030e0ff9fc17340661a59d37dd78cf307a531d39869cc34661a338d99c64c63a63133367ed746013b5a2660930000000049454e44ae426082');
CREATE TABLE image_upload (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  image_id INTEGER NOT NULL REFERENCES image (id) ON DELETE CASCADE,
  user_id INTEGER NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
  created TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
  alt TEXT NOT NULL,
  UNIQUE (image_id, user_id)
);
INSERT INTO image_upload VALUES(1,1,1,'2026-11-28 22:38:05','');
CREATE TABLE image_use (
  hash TEXT NOT NULL,
  post_id INTEGER REFERENCES post (id) ON DELETE CASCADE,
  user_id INTEGER REFERENCES "user" (id) ON DELETE CASCADE
, binned_id INTEGER REFERENCES binned_post (id) ON DELETE CASCADE);
INSERT INTO image_use VALUES('5faf2c02921f',1,NULL,NULL);
CREATE TABLE blog (
  uuid TEXT NOT NULL,
  changed TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
  discussed TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
);
INSERT INTO blog VALUES('d37449a3fdcee0520de30380a818353e','2026-11-28 22:38:06','2026-11-28 22:38:06');
CREATE TABLE session (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  token_hash TEXT UNIQUE NOT NULL,
  user_id INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
  created TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
  last_seen TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
  address TEXT NOT NULL,
  user_agent TEXT NOT NULL
);
INSERT INTO session VALUES(2,'58154bda4bbd8ce71f8a57b19002ae461847ff6d37efcb3bdfd31cc51105d374',1,'2026-11-28 22:38:05','2026-11-28 22:38:05','127.0.0.1','Werkzeug/3.1.9');
INSERT INTO session VALUES(4,'43c220ffa278638ac3025f838c1d775464d037eb8ae0b9561ebddef480f3635f',2,'2026-11-28 22:38:05','2026-11-28 22:38:05','127.0.0.1','Werkzeug/3.1.9');
CREATE TABLE rate_limit (
  key TEXT PRIMARY KEY,
  tat REAL NOT NULL -- Unix seconds
);
INSERT INTO rate_limit VALUES('1',100000000000.0);
INSERT INTO rate_limit VALUES('2',100000000000.0);
INSERT INTO rate_limit VALUES('3',100000000000.0);
INSERT INTO rate_limit VALUES('4',100000000000.0);
INSERT INTO rate_limit VALUES('5',100000000000.0);
INSERT INTO rate_limit VALUES('6',100000000000.0);
INSERT INTO rate_limit VALUES('8',100000000000.0);
INSERT INTO rate_limit VALUES('9',100000000000.0);
INSERT INTO rate_limit VALUES('10',100000000000.0);
INSERT INTO rate_limit VALUES('11',100000000000.0);
INSERT INTO rate_limit VALUES('12',100000000000.0);
INSERT INTO rate_limit VALUES('13',100000000000.0);
INSERT INTO rate_limit VALUES('14',100000000000.0);
INSERT INTO rate_limit VALUES('15',100000000000.0);
INSERT INTO rate_limit VALUES('16',100000000000.0);
INSERT INTO rate_limit VALUES('17',100000000000.0);
INSERT INTO rate_limit VALUES('18',100000000000.0);
INSERT INTO rate_limit VALUES('19',100000000000.0);
INSERT INTO rate_limit VALUES('20',100000000000.0);
INSERT INTO rate_limit VALUES('21',100000000000.0);
INSERT INTO rate_limit VALUES('22',100000000000.0);
INSERT INTO rate_limit VALUES('23',100000000000.0);
INSERT INTO rate_limit VALUES('24',100000000000.0);
PRAGMA writable_schema=ON;
INSERT INTO sqlite_schema(type,name,tbl_name,rootpage,sql)VALUES('table','search','search',0,'CREATE VIRTUAL TABLE search USING fts5(
  title, tags, body, keys,
  content = '''', tokenize = "ascii tokenchars ''+#=^''"
)');
CREATE TABLE IF NOT EXISTS 'search_data'(id INTEGER PRIMARY KEY, block BLOB);
INSERT INTO search_data VALUES(1,X'020404050c');
INSERT INTO search_data VALUES(10,X'000000000101010001010101');
INSERT INTO search_data VALUES(137438953473,X'000000ef04303d743101060103030301320106010304020275310106010302030132020601030201015e010601010302015e0106010308020562726561640106010307020a65766572797468696e67010601030602047769746801060103050203e58c85010601030a01060103040206e99da2e58c850106010309010601030301056272656164010c010102010202010a65766572797468696e6701020301047761726d010601020302036974680102020103e58c8501060101050102030202908302060102040205a5bde5908302060102030205be88e5a5bd02060102020106e99da2e58c850106010104010202040a08090808080c110b0f120f0f0b080d090c0c');
CREATE TABLE IF NOT EXISTS 'search_idx'(segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID;
INSERT INTO search_idx VALUES(1,X'',2);
CREATE TABLE IF NOT EXISTS 'search_docsize'(id INTEGER PRIMARY KEY, sz BLOB);
INSERT INTO search_docsize VALUES(1,X'02040209');
INSERT INTO search_docsize VALUES(2,X'02000303');
CREATE TABLE IF NOT EXISTS 'search_config'(k PRIMARY KEY, v) WITHOUT ROWID;
INSERT INTO search_config VALUES('version',4);
INSERT INTO sqlite_schema(type,name,tbl_name,rootpage,sql)VALUES('table','search_word','search_word',0,'CREATE VIRTUAL TABLE search_word USING fts5vocab(search, instance)');
CREATE TABLE search_text (
  post_id INTEGER PRIMARY KEY,
  words BLOB NOT NULL -- what was indexed, needed to take it out again: zlib
);
INSERT INTO search_text VALUES(1,X'78da8b562acf2cc950482d4b2daa2cc9c8cc4b57d251504a2a4a4d4c518853783977d1d39e5605204688962716e58278a58620b204421a29c50200de641884');
INSERT INTO search_text VALUES(2,X'78da8b567a3977d1d39e56052056d2515002e1a7fb3a9e2eddab00c44f27342b003148b0d448291600ee7e1471');
CREATE TABLE search_queue (post_id INTEGER PRIMARY KEY);
INSERT INTO search_queue VALUES(1);
INSERT INTO search_queue VALUES(2);
INSERT INTO search_queue VALUES(4);
CREATE TABLE public_version (version INTEGER NOT NULL);
INSERT INTO public_version VALUES(6939742397068128962);
CREATE TABLE post_rendering (
  post_id INTEGER PRIMARY KEY REFERENCES post (id) ON DELETE CASCADE ON UPDATE CASCADE,
  version TEXT NOT NULL,
  html TEXT NOT NULL,
  facts TEXT NOT NULL
);
INSERT INTO post_rendering VALUES(1,'4 0.0.16 0.3.8 2.21.0',replace('<p>Bread, <em>warm</em>.</p>\n<figure><img src="﷓/image/5faf2c02921f-40x30.png" alt="" width="40" height="30"></figure>\n','\n',char(10)),'["Bread, warm.","Bread, warm.","",1,[],["/image/5faf2c02921f-40x30.png",40,30,""]]');
INSERT INTO post_rendering VALUES(2,'4 0.0.16 0.3.8 2.21.0',replace('<p>很好吃。</p>\n','\n',char(10)),'["很好吃。","很好吃。","zh",1,[],null]');
INSERT INTO post_rendering VALUES(4,'4 0.0.16 0.3.8 2.21.0','','["","","",1,[],null]');
CREATE TABLE comment_rendering (
  comment_id INTEGER PRIMARY KEY REFERENCES comment (id) ON DELETE CASCADE ON UPDATE CASCADE,
  version TEXT NOT NULL,
  html TEXT NOT NULL,
  facts TEXT NOT NULL
);
INSERT INTO comment_rendering VALUES(1,'4 0.0.16 0.3.8 2.21.0',replace('<p>Well said.</p>\n','\n',char(10)),'["Well said.","Well said.","",1,[],null]');
INSERT INTO comment_rendering VALUES(2,'4 0.0.16 0.3.8 2.21.0',replace('<p>Thank you.</p>\n','\n',char(10)),'["Thank you.","Thank you.","",1,[],null]');
INSERT INTO comment_rendering VALUES(4,'4 0.0.16 0.3.8 2.21.0',replace('<p>Buy!</p>\n','\n',char(10)),'["Buy!","Buy!","",1,[],null]');
CREATE TABLE name_skeleton (
  skeleton TEXT NOT NULL,
  is_ascii INTEGER NOT NULL,
  user_id INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
  PRIMARY KEY (skeleton, is_ascii, user_id)
);
INSERT INTO name_skeleton VALUES('allce',1,1);
INSERT INTO name_skeleton VALUES('alice',1,1);
INSERT INTO name_skeleton VALUES('bob',1,2);
INSERT INTO name_skeleton VALUES('allce llddell',0,1);
INSERT INTO name_skeleton VALUES('alice liddell',0,1);
INSERT INTO name_skeleton VALUES('mallory',1,3);
INSERT INTO name_skeleton VALUES('rnallory',1,3);
INSERT INTO name_skeleton VALUES('oscar',1,3);
CREATE TABLE profile (
  user_id INTEGER PRIMARY KEY REFERENCES user (id) ON DELETE CASCADE,
  display_name TEXT,
  name_key TEXT,
  picture TEXT
);
INSERT INTO profile VALUES(1,'Alice Liddell','alice liddell','01e0d9482917724dfa79248e');
CREATE TABLE profile_link (
  user_id INTEGER NOT NULL REFERENCES profile (user_id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  url TEXT NOT NULL,
  label TEXT NOT NULL,
  PRIMARY KEY (user_id, position)
);
INSERT INTO profile_link VALUES(1,0,'https://alice.example','My garden');
CREATE TABLE picture_file (
  user_id INTEGER NOT NULL REFERENCES profile (user_id) ON DELETE CASCADE,
  hash TEXT NOT NULL,
  width INTEGER NOT NULL,
  content BLOB NOT NULL,
  PRIMARY KEY (user_id, hash, width)
);
INSERT INTO picture_file VALUES(1,'01e0d9482917724dfa79248e',60,X'5249464662000000574542505650382056000000d004009d012a3c003c003e6130964824232221220800800c09690628010fc5c07e00022065945baba34122fda7d4c000fef0fa2bfff295782c6e8f3fffc9b2f9365f26cbfe5a16c116ffb95e489462f2c9b701000000');
CREATE TABLE binned_post (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  post_id INTEGER NOT NULL,
  author_id INTEGER NOT NULL,
  created TIMESTAMP NOT NULL,
  title TEXT NOT NULL,
  body TEXT NOT NULL,
  updated TIMESTAMP,
  comments_closed TIMESTAMP,
  deleted TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
, version INTEGER NOT NULL DEFAULT 1, drafted TIMESTAMP, due TIMESTAMP, cleanup_id INTEGER, page TIMESTAMP, header_position INTEGER);
INSERT INTO binned_post VALUES(1,3,1,'2026-11-28 22:38:06','Deleted','Again','2026-11-28 22:38:06',NULL,'2026-11-28 22:38:06',3,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE binned_tag (
  binned_id INTEGER NOT NULL REFERENCES binned_post (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  key TEXT NOT NULL,
  name TEXT NOT NULL,
  PRIMARY KEY (binned_id, position)
);
INSERT INTO binned_tag VALUES(1,3,'gone','gone');
CREATE TABLE binned_comment (
  binned_id INTEGER NOT NULL REFERENCES binned_post (id) ON DELETE CASCADE,
  id INTEGER NOT NULL,
  parent_id INTEGER,
  author_id INTEGER,
  created TIMESTAMP NOT NULL,
  updated TIMESTAMP,
  body TEXT NOT NULL,
  removed TIMESTAMP,
  removed_by INTEGER, moderated TIMESTAMP,
  PRIMARY KEY (binned_id, id)
);
INSERT INTO binned_comment VALUES(1,3,NULL,1,'2026-11-28 22:38:06',NULL,'Deleted.',NULL,NULL,NULL);
CREATE TABLE binned_like (
  binned_id INTEGER NOT NULL REFERENCES binned_post (id) ON DELETE CASCADE,
  user_id INTEGER NOT NULL,
  created TIMESTAMP NOT NULL,
  PRIMARY KEY (binned_id, user_id)
);
INSERT INTO binned_like VALUES(1,1,'2026-11-28 22:38:06');
CREATE TABLE revision (
  post_id INTEGER NOT NULL REFERENCES post (id) ON DELETE CASCADE,
  version INTEGER NOT NULL,
  author_id INTEGER REFERENCES user (id) ON DELETE SET NULL,
  created TIMESTAMP NOT NULL,
  title TEXT NOT NULL,
  tags TEXT NOT NULL,
  added INTEGER NOT NULL,
  removed INTEGER NOT NULL,
  position INTEGER NOT NULL,
  base INTEGER,
  content BLOB NOT NULL, drafted TIMESTAMP,
  PRIMARY KEY (post_id, version)
);
INSERT INTO revision VALUES(2,1,2,'2026-11-28 22:38:05','面包','[]',6,0,0,NULL,X'28b52ffd2409490000e5a5bde59083e38082d355cad3',NULL);
INSERT INTO revision VALUES(2,2,2,'2026-11-28 22:38:05','面包','[]',1,0,1,1,X'28b52ffd240c610000e5be88e5a5bde59083e380823f418121',NULL);
CREATE TABLE binned_revision (
  binned_id INTEGER NOT NULL REFERENCES binned_post (id) ON DELETE CASCADE,
  version INTEGER NOT NULL,
  author_id INTEGER,
  created TIMESTAMP NOT NULL,
  title TEXT NOT NULL,
  tags TEXT NOT NULL,
  added INTEGER NOT NULL,
  removed INTEGER NOT NULL,
  position INTEGER NOT NULL,
  base INTEGER,
  content BLOB NOT NULL, drafted TIMESTAMP,
  PRIMARY KEY (binned_id, version)
);
INSERT INTO binned_revision VALUES(1,2,1,'2026-11-28 22:38:06','Deleted','["gone"]',8,0,0,NULL,X'28b52ffd240001000099e9d851',NULL);
INSERT INTO binned_revision VALUES(1,3,1,'2026-11-28 22:38:06','Deleted','["gone"]',5,0,1,2,X'28b52ffd2405290000416761696e5b95aabf',NULL);
CREATE TABLE sent_form (
  id TEXT PRIMARY KEY NOT NULL,
  user_id INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
  post_id INTEGER REFERENCES post (id) ON DELETE CASCADE,
  comment_id INTEGER REFERENCES comment (id) ON DELETE CASCADE,
  digest TEXT NOT NULL,
  sent TEXT NOT NULL
, continued TEXT);
INSERT INTO sent_form VALUES('Z6TdrVhO-_j9_c-T',2,NULL,1,'709bae840b8a234f3b064d3c4d607579a2e5de636814d0ff2dd1cac37bd5903d','2026-11-28 22:38:05',NULL);
CREATE TABLE working_copy (
  user_id INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
  form_id TEXT NOT NULL,
  post_id INTEGER,
  opened INTEGER,
  saved TEXT NOT NULL,
  sent TEXT,
  discarded TEXT,
  title TEXT NOT NULL,
  tags TEXT NOT NULL,
  body TEXT NOT NULL, base_form_id TEXT, base_saved TEXT, base_title TEXT, base_tags TEXT, base_body TEXT, origin TEXT, kind TEXT,
  PRIMARY KEY (user_id, form_id)
);
INSERT INTO working_copy VALUES(1,'vPtzido6U_qJOlnK',1,3,'2026-11-28 22:38:06.616434',NULL,NULL,'Half','bread, 面包','a text',NULL,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE suspension (
  user_id INTEGER PRIMARY KEY REFERENCES user (id) ON DELETE CASCADE,
  suspended TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  suspended_by INTEGER REFERENCES user (id) ON DELETE SET NULL,
  reason TEXT NOT NULL
);
INSERT INTO suspension VALUES(3,'2026-11-28 22:38:06',NULL,'Spam');
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
INSERT INTO application VALUES(1,3,'2026-11-28 22:38:06','why','',NULL,NULL,0,'');
CREATE TABLE approval (
  user_id INTEGER PRIMARY KEY REFERENCES user (id) ON DELETE CASCADE,
  approved TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  approved_by INTEGER REFERENCES user (id) ON DELETE SET NULL
);
INSERT INTO approval VALUES(1,'2026-11-28 22:38:06',NULL);
CREATE TABLE waiting_post (
  post_id INTEGER PRIMARY KEY REFERENCES post (id) ON DELETE CASCADE,
  created TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  due TEXT,
  why TEXT NOT NULL,
  refused TEXT,
  refused_by INTEGER REFERENCES user (id) ON DELETE SET NULL,
  answer TEXT NOT NULL DEFAULT ''
);
INSERT INTO waiting_post VALUES(4,'2026-11-28 22:38:06',NULL,'new',NULL,NULL,'');
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
INSERT INTO waiting_comment VALUES(1,1,NULL,2,'2026-11-28 22:38:06','text','new',NULL,NULL,'',NULL);
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
INSERT INTO report VALUES(1,'2026-11-28 22:38:06',2,1,NULL,NULL,'why',NULL,NULL);
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
INSERT INTO moderation VALUES(1,'2026-11-28 22:38:06',NULL,'person.rename',3,NULL,NULL,'mallory');
INSERT INTO moderation VALUES(2,'2026-11-28 22:38:06',NULL,'person.suspend',3,NULL,NULL,'Spam');
INSERT INTO moderation VALUES(3,'2026-11-28 22:38:06',1,'post.delete',NULL,1,NULL,'');
CREATE TABLE cleanup (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  created TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  moderator_id INTEGER REFERENCES user (id) ON DELETE SET NULL
);
INSERT INTO cleanup VALUES(1,'2026-11-28 22:38:06',1);
CREATE TABLE cleanup_person (
  cleanup_id INTEGER NOT NULL REFERENCES cleanup (id) ON DELETE CASCADE,
  user_id INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE, was_suspended INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (cleanup_id, user_id)
);
INSERT INTO cleanup_person VALUES(1,2,0);
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
INSERT INTO cleanup_comment VALUES(1,9,1,NULL,2,'2020-01-01 00:00:00',NULL,'text');
CREATE TABLE cleanup_like (
  cleanup_id INTEGER NOT NULL REFERENCES cleanup (id) ON DELETE CASCADE,
  post_id INTEGER NOT NULL,
  user_id INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
  created TEXT NOT NULL,
  PRIMARY KEY (cleanup_id, post_id, user_id)
);
INSERT INTO cleanup_like VALUES(1,1,2,'2020-01-01 00:00:00');
CREATE TABLE notice (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  user_id INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  post_id INTEGER NOT NULL,
  comment_id INTEGER,
  text TEXT NOT NULL,
  created TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  seen TEXT
, person_id INTEGER REFERENCES user (id) ON DELETE CASCADE);
INSERT INTO notice VALUES(1,1,'comment',1,1,'','2026-11-28 22:38:05',NULL,NULL);
INSERT INTO notice VALUES(2,2,'reply',1,2,'','2026-11-28 22:38:05',NULL,NULL);
INSERT INTO notice VALUES(3,1,'comment',1,4,'','2026-11-28 22:38:06',NULL,NULL);
CREATE TABLE notice_feed (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  user_id INTEGER NOT NULL UNIQUE REFERENCES user (id) ON DELETE CASCADE,
  created TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
);
INSERT INTO notice_feed VALUES(1,1,'2026-11-28 22:38:06');
CREATE TABLE former_name (
  digest TEXT PRIMARY KEY NOT NULL,
  name TEXT,
  user_id INTEGER REFERENCES user (id) ON DELETE SET NULL,
  changed TEXT
);
INSERT INTO former_name VALUES('c0a497761b175379ed63397cc980546559faa84ca9cbeede773117c31508b6ac','mallory',3,'2026-11-28 22:38:06');
CREATE TABLE site_setting (
  name TEXT PRIMARY KEY NOT NULL,
  value TEXT NOT NULL,
  changed TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  changed_by INTEGER REFERENCES user (id) ON DELETE SET NULL,
  content BLOB
);
INSERT INTO site_setting VALUES('SITE_TITLE','"Our blog"','2026-11-28 22:38:06',1,NULL);
CREATE TABLE spam_decision (
  subject TEXT NOT NULL PRIMARY KEY,
  is_spam INTEGER NOT NULL,
  decided TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  words TEXT NOT NULL
);
INSERT INTO spam_decision VALUES('comment:1',1,'2026-11-28 22:38:06','pIrAo5MzRZfCFPQrinVBPd6z/mXUyCbOIJ9rogGnn2YvvXknlkUMmT6zo3s7jvwnRxny7khbNls=');
CREATE TABLE spam_word (
  hash INTEGER PRIMARY KEY,
  spam INTEGER NOT NULL,
  ham INTEGER NOT NULL
);
INSERT INTO spam_word VALUES(-6590243295921486441,1,0);
INSERT INTO spam_word VALUES(-4461672862973607619,1,0);
INSERT INTO spam_word VALUES(-2399294463143303474,1,0);
INSERT INTO spam_word VALUES(2350715874067324774,1,0);
INSERT INTO spam_word VALUES(3440038901312720025,1,0);
INSERT INTO spam_word VALUES(4518134600858270759,1,0);
INSERT INTO spam_word VALUES(5123393156340725339,1,0);
CREATE TABLE dismissed_warning (
  name TEXT PRIMARY KEY NOT NULL,
  dismissed TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
);
INSERT INTO dismissed_warning VALUES('open registration','2026-11-28 22:38:06');
CREATE TABLE one_time_link (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  token_hash TEXT NOT NULL UNIQUE,
  role TEXT,
  user_id INTEGER REFERENCES user (id) ON DELETE CASCADE,
  made_by INTEGER REFERENCES user (id) ON DELETE CASCADE,
  created TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  expires TEXT NOT NULL,
  used TEXT,
  used_by INTEGER REFERENCES user (id) ON DELETE SET NULL,
  post_id INTEGER REFERENCES post (id) ON DELETE CASCADE,
  reader_hash TEXT,
  CHECK (
    (role IS NULL) <> (user_id IS NULL) AND post_id IS NULL
    OR role IS NULL AND user_id IS NULL AND post_id IS NOT NULL
  )
);
INSERT INTO one_time_link VALUES(1,'592b068434b652e16e7fdbe8ec00678c9552a28367e2146255ed82f131a98ba7',NULL,NULL,1,'2026-11-28 22:38:06','2026-12-05 22:38:06',NULL,NULL,4,NULL);
INSERT INTO one_time_link VALUES(2,'71bca64f240b3b53cd606292b6d04219fe4526215a861a566eb8568d909e9582','author',NULL,NULL,'2026-11-28 22:38:06','2026-12-05 22:38:06',NULL,NULL,NULL,NULL);
CREATE TABLE cleanup_row (
  cleanup_id INTEGER NOT NULL REFERENCES cleanup (id) ON DELETE CASCADE,
  source TEXT NOT NULL,
  key TEXT NOT NULL,
  user_id INTEGER REFERENCES user (id) ON DELETE CASCADE,
  content TEXT NOT NULL,
  PRIMARY KEY (cleanup_id, source, key)
);
INSERT INTO cleanup_row VALUES(1,'notice_feed','1',2,'null');
CREATE TABLE imported_text (
  digest TEXT PRIMARY KEY NOT NULL,
  post_id INTEGER NOT NULL,
  comment_id INTEGER,
  written TEXT
);
INSERT INTO imported_text VALUES('digest',1,NULL,NULL);
CREATE TABLE imported_person (
  digest TEXT PRIMARY KEY NOT NULL,
  user_id INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE
);
INSERT INTO imported_person VALUES('digest',1);
CREATE TABLE old_address (
  path TEXT PRIMARY KEY NOT NULL,
  post_id INTEGER NOT NULL
);
INSERT INTO old_address VALUES('/hello',1);
DELETE FROM sqlite_sequence;
INSERT INTO sqlite_sequence VALUES('one_time_link',2);
INSERT INTO sqlite_sequence VALUES('user',3);
INSERT INTO sqlite_sequence VALUES('session',5);
INSERT INTO sqlite_sequence VALUES('image',1);
INSERT INTO sqlite_sequence VALUES('image_upload',1);
INSERT INTO sqlite_sequence VALUES('post',4);
INSERT INTO sqlite_sequence VALUES('tag',4);
INSERT INTO sqlite_sequence VALUES('post_tag',4);
INSERT INTO sqlite_sequence VALUES('comment',4);
INSERT INTO sqlite_sequence VALUES('notice',3);
INSERT INTO sqlite_sequence VALUES('binned_post',1);
INSERT INTO sqlite_sequence VALUES('moderation',3);
INSERT INTO sqlite_sequence VALUES('notice_feed',1);
INSERT INTO sqlite_sequence VALUES('application',1);
INSERT INTO sqlite_sequence VALUES('waiting_comment',1);
INSERT INTO sqlite_sequence VALUES('report',1);
INSERT INTO sqlite_sequence VALUES('cleanup',1);
CREATE UNIQUE INDEX user_name_key ON user (name_key);
CREATE TRIGGER user_name_key AFTER INSERT ON user WHEN new.name_key IS NULL
BEGIN
  UPDATE OR IGNORE user SET name_key = lower(new.username) WHERE id = new.id;
END;
CREATE INDEX post_author ON post (author_id, created, number);
CREATE TRIGGER post_updated AFTER UPDATE OF title, body ON post
WHEN new.title IS NOT old.title OR new.body IS NOT old.body
BEGIN
  UPDATE post SET updated = CURRENT_TIMESTAMP WHERE id = new.id;
END;
CREATE INDEX post_tag_created ON post_tag (tag_id, created, post_id);
CREATE TRIGGER post_tag_of_post AFTER DELETE ON post
BEGIN
  DELETE FROM post_tag WHERE post_id = old.id;
END;
CREATE TRIGGER tag_unused AFTER DELETE ON post_tag
WHEN NOT EXISTS (SELECT 1 FROM post_tag WHERE tag_id = old.tag_id)
BEGIN
  DELETE FROM tag WHERE id = old.tag_id;
END;
CREATE INDEX comment_thread ON comment (post_id, thread_id, id);
CREATE INDEX comment_created ON comment (created, id) WHERE removed IS NULL;
CREATE INDEX comment_post_created ON comment (post_id, created, id)
  WHERE removed IS NULL;
CREATE INDEX comment_author ON comment (author_id, post_id);
CREATE INDEX comment_parent ON comment (parent_id);
CREATE INDEX comment_removed_by ON comment (removed_by)
  WHERE removed_by IS NOT NULL;
CREATE TRIGGER comment_without_replies AFTER DELETE ON comment
WHEN old.parent_id IS NOT NULL
BEGIN
  DELETE FROM comment WHERE id = old.parent_id AND removed IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM comment WHERE parent_id = old.parent_id);
END;
CREATE INDEX post_like_user ON post_like (user_id, created, post_id);
CREATE TRIGGER post_count_comment_added AFTER INSERT ON comment
WHEN new.removed IS NULL
BEGIN
  INSERT INTO post_count (post_id, comments) VALUES (new.post_id, 1)
    ON CONFLICT (post_id) DO UPDATE SET comments = comments + 1;
END;
CREATE TRIGGER post_count_comment_removed AFTER UPDATE OF removed ON comment
WHEN (old.removed IS NULL) <> (new.removed IS NULL)
BEGIN
  UPDATE post_count SET comments = comments
    + (new.removed IS NULL) - (old.removed IS NULL) WHERE post_id = new.post_id;
END;
CREATE TRIGGER post_count_comment_moved AFTER UPDATE OF post_id ON comment
WHEN new.post_id <> old.post_id AND new.removed IS NULL
BEGIN
  UPDATE post_count SET comments = comments - 1 WHERE post_id = old.post_id;
  INSERT INTO post_count (post_id, comments) VALUES (new.post_id, 1)
    ON CONFLICT (post_id) DO UPDATE SET comments = comments + 1;
END;
CREATE TRIGGER post_count_comment_deleted AFTER DELETE ON comment
WHEN old.removed IS NULL
BEGIN
  UPDATE post_count SET comments = comments - 1 WHERE post_id = old.post_id;
END;
CREATE TRIGGER post_count_like_added AFTER INSERT ON post_like
BEGIN
  INSERT INTO post_count (post_id, likes) VALUES (new.post_id, 1)
    ON CONFLICT (post_id) DO UPDATE SET likes = likes + 1;
END;
CREATE TRIGGER post_count_like_moved AFTER UPDATE OF post_id ON post_like
WHEN new.post_id <> old.post_id
BEGIN
  UPDATE post_count SET likes = likes - 1 WHERE post_id = old.post_id;
  INSERT INTO post_count (post_id, likes) VALUES (new.post_id, 1)
    ON CONFLICT (post_id) DO UPDATE SET likes = likes + 1;
END;
CREATE TRIGGER post_count_like_deleted AFTER DELETE ON post_like
BEGIN
  UPDATE post_count SET likes = likes - 1 WHERE post_id = old.post_id;
END;
CREATE TRIGGER post_discussion_deleted AFTER DELETE ON post
BEGIN
  DELETE FROM comment WHERE post_id = old.id AND parent_id IS NOT NULL;
  DELETE FROM comment WHERE post_id = old.id;
  DELETE FROM post_like WHERE post_id = old.id;
  DELETE FROM post_count WHERE post_id = old.id;
END;
CREATE INDEX image_upload_user ON image_upload (user_id, created, id);
CREATE INDEX image_use_hash ON image_use (hash);
CREATE INDEX image_use_post ON image_use (post_id);
CREATE INDEX image_use_user ON image_use (user_id);
CREATE TRIGGER image_use_post_deleted AFTER DELETE ON post
BEGIN
  DELETE FROM image_use WHERE post_id = old.id;
END;
CREATE TRIGGER user_deleted AFTER DELETE ON "user"
BEGIN
  DELETE FROM comment WHERE author_id = old.id AND parent_id IS NOT NULL;
  DELETE FROM comment WHERE author_id = old.id
    AND NOT EXISTS (SELECT 1 FROM comment a WHERE a.parent_id = comment.id);
  UPDATE comment SET removed = CURRENT_TIMESTAMP, author_id = NULL, body = ''
    WHERE author_id = old.id;
  DELETE FROM post_like WHERE user_id = old.id;
  DELETE FROM image_upload WHERE user_id = old.id;
  DELETE FROM image_use WHERE user_id = old.id;
  DELETE FROM session WHERE user_id = old.id;
END;
CREATE TRIGGER blog_tag_renamed AFTER UPDATE OF name ON tag
BEGIN
  UPDATE blog SET changed = CURRENT_TIMESTAMP;
END;
CREATE TRIGGER blog_comment_added AFTER INSERT ON comment
BEGIN
  UPDATE blog SET discussed = CURRENT_TIMESTAMP;
END;
CREATE TRIGGER blog_comment_changed AFTER UPDATE ON comment
BEGIN
  UPDATE blog SET discussed = CURRENT_TIMESTAMP;
END;
CREATE TRIGGER blog_comment_deleted AFTER DELETE ON comment
BEGIN
  UPDATE blog SET discussed = CURRENT_TIMESTAMP;
END;
CREATE INDEX session_user ON session (user_id);
CREATE INDEX session_created ON session (created);
CREATE INDEX rate_limit_tat ON rate_limit (tat);
CREATE TRIGGER search_post_added AFTER INSERT ON post
BEGIN
  INSERT INTO search_queue VALUES (new.id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER search_post_changed AFTER UPDATE ON post
BEGIN
  INSERT INTO search_queue VALUES (old.id), (new.id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER search_post_deleted AFTER DELETE ON post
BEGIN
  INSERT INTO search_queue VALUES (old.id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER search_tag_put AFTER INSERT ON post_tag
BEGIN
  INSERT INTO search_queue VALUES (new.post_id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER search_tag_moved AFTER UPDATE OF post_id, tag_id ON post_tag
BEGIN
  INSERT INTO search_queue VALUES (old.post_id), (new.post_id)
    ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER search_tag_taken AFTER DELETE ON post_tag
BEGIN
  INSERT INTO search_queue VALUES (old.post_id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER search_tag_renamed AFTER UPDATE ON tag
WHEN new.name IS NOT old.name COLLATE NOCASE OR new.id IS NOT old.id
BEGIN
  INSERT INTO search_queue SELECT post_id FROM post_tag
    WHERE tag_id IN (old.id, new.id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER search_tag_deleted AFTER DELETE ON tag
BEGIN
  INSERT INTO search_queue SELECT post_id FROM post_tag
    WHERE tag_id = old.id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER public_tag_added AFTER INSERT ON tag
BEGIN
  UPDATE public_version SET version = random();
END;
CREATE TRIGGER public_tag_changed AFTER UPDATE ON tag
BEGIN
  UPDATE public_version SET version = random();
END;
CREATE TRIGGER public_tag_deleted AFTER DELETE ON tag
BEGIN
  UPDATE public_version SET version = random();
END;
CREATE TRIGGER public_comment_added AFTER INSERT ON comment
BEGIN
  UPDATE public_version SET version = random();
END;
CREATE TRIGGER public_comment_changed AFTER UPDATE ON comment
BEGIN
  UPDATE public_version SET version = random();
END;
CREATE TRIGGER public_comment_deleted AFTER DELETE ON comment
BEGIN
  UPDATE public_version SET version = random();
END;
CREATE TRIGGER public_post_count_added AFTER INSERT ON post_count
BEGIN
  UPDATE public_version SET version = random();
END;
CREATE TRIGGER public_post_count_changed AFTER UPDATE ON post_count
BEGIN
  UPDATE public_version SET version = random();
END;
CREATE TRIGGER public_post_count_deleted AFTER DELETE ON post_count
BEGIN
  UPDATE public_version SET version = random();
END;
CREATE TRIGGER public_blog_added AFTER INSERT ON blog
BEGIN
  UPDATE public_version SET version = random();
END;
CREATE TRIGGER public_blog_changed AFTER UPDATE ON blog
BEGIN
  UPDATE public_version SET version = random();
END;
CREATE TRIGGER public_blog_deleted AFTER DELETE ON blog
BEGIN
  UPDATE public_version SET version = random();
END;
CREATE TRIGGER public_user_added AFTER INSERT ON "user"
BEGIN
  UPDATE public_version SET version = random();
END;
CREATE TRIGGER public_user_changed
AFTER UPDATE OF id, username, name_key, closed, about ON "user"
BEGIN
  UPDATE public_version SET version = random();
END;
CREATE TRIGGER public_user_deleted AFTER DELETE ON "user"
BEGIN
  UPDATE public_version SET version = random();
END;
CREATE TRIGGER session_of_closed AFTER UPDATE OF closed ON "user"
WHEN new.closed IS NOT NULL
BEGIN
  DELETE FROM session WHERE user_id = new.id;
END;
CREATE TRIGGER post_like_of_closed AFTER UPDATE OF closed ON "user"
WHEN new.closed IS NOT NULL
BEGIN
  DELETE FROM post_like WHERE user_id = new.id;
END;
CREATE TRIGGER image_upload_of_closed AFTER UPDATE OF closed ON "user"
WHEN new.closed IS NOT NULL
BEGIN
  DELETE FROM image_upload WHERE user_id = new.id;
END;
CREATE TRIGGER image_of_nobody AFTER DELETE ON image_upload
WHEN NOT EXISTS (SELECT 1 FROM image_upload WHERE image_id = old.image_id)
BEGIN
  DELETE FROM image WHERE id = old.image_id
    AND NOT EXISTS (SELECT 1 FROM image_use WHERE hash = image.hash);
END;
CREATE VIEW image_text (post_id, user_id, text) AS
  SELECT NULL, NULL, NULL WHERE FALSE;
CREATE TRIGGER image_use_post_added AFTER INSERT ON post
WHEN instr(new.body, '/image/')
BEGIN
  INSERT INTO image_text VALUES (new.id, NULL, new.body);
END;
CREATE TRIGGER image_use_post_changed AFTER UPDATE OF body ON post
WHEN instr(old.body, '/image/') OR instr(new.body, '/image/')
BEGIN
  INSERT INTO image_text VALUES (new.id, NULL, new.body);
END;
CREATE TRIGGER image_use_about_added AFTER INSERT ON "user"
WHEN instr(new.about, '/image/')
BEGIN
  INSERT INTO image_text VALUES (NULL, new.id, new.about);
END;
CREATE TRIGGER image_use_about_changed AFTER UPDATE OF about ON "user"
WHEN instr(old.about, '/image/') OR instr(new.about, '/image/')
BEGIN
  INSERT INTO image_text VALUES (NULL, new.id, new.about);
END;
CREATE TRIGGER post_rendering_added AFTER INSERT ON post
BEGIN
  DELETE FROM post_rendering WHERE post_id = new.id;
END;
CREATE TRIGGER post_rendering_changed AFTER UPDATE OF id, body ON post
WHEN new.body IS NOT old.body OR new.id IS NOT old.id
BEGIN
  DELETE FROM post_rendering WHERE post_id IN (old.id, new.id);
END;
CREATE TRIGGER post_rendering_deleted AFTER DELETE ON post
BEGIN
  DELETE FROM post_rendering WHERE post_id = old.id;
END;
CREATE TRIGGER comment_rendering_added AFTER INSERT ON comment
BEGIN
  DELETE FROM comment_rendering WHERE comment_id = new.id;
END;
CREATE TRIGGER comment_rendering_changed AFTER UPDATE OF id, body ON comment
WHEN new.body IS NOT old.body OR new.id IS NOT old.id
BEGIN
  DELETE FROM comment_rendering WHERE comment_id IN (old.id, new.id);
END;
CREATE TRIGGER comment_rendering_deleted AFTER DELETE ON comment
BEGIN
  DELETE FROM comment_rendering WHERE comment_id = old.id;
END;
CREATE INDEX name_skeleton_user ON name_skeleton (user_id);
CREATE TRIGGER name_skeleton_of_user AFTER DELETE ON user
BEGIN
  DELETE FROM name_skeleton WHERE user_id = old.id;
END;
CREATE INDEX profile_name_key ON profile (name_key);
CREATE INDEX picture_file_hash ON picture_file (hash, width);
CREATE TRIGGER picture_replaced AFTER UPDATE OF picture ON profile
WHEN new.picture IS NOT old.picture
BEGIN
  DELETE FROM picture_file WHERE user_id = old.user_id AND hash = old.picture;
END;
CREATE TRIGGER profile_of_user AFTER DELETE ON user
BEGIN
  DELETE FROM profile WHERE user_id = old.id;
END;
CREATE TRIGGER profile_deleted AFTER DELETE ON profile
BEGIN
  DELETE FROM profile_link WHERE user_id = old.user_id;
  DELETE FROM picture_file WHERE user_id = old.user_id;
END;
CREATE TRIGGER profile_of_closed AFTER UPDATE OF closed ON user
WHEN new.closed IS NOT NULL
BEGIN
  DELETE FROM profile WHERE user_id = new.id;
END;
CREATE TRIGGER public_profile_added AFTER INSERT ON profile
BEGIN
  UPDATE public_version SET version = random();
END;
CREATE TRIGGER public_profile_changed AFTER UPDATE ON profile
BEGIN
  UPDATE public_version SET version = random();
END;
CREATE TRIGGER public_profile_deleted AFTER DELETE ON profile
BEGIN
  UPDATE public_version SET version = random();
END;
CREATE TRIGGER public_profile_link_added AFTER INSERT ON profile_link
BEGIN
  UPDATE public_version SET version = random();
END;
CREATE TRIGGER public_profile_link_changed AFTER UPDATE ON profile_link
BEGIN
  UPDATE public_version SET version = random();
END;
CREATE TRIGGER public_profile_link_deleted AFTER DELETE ON profile_link
BEGIN
  UPDATE public_version SET version = random();
END;
CREATE TRIGGER blog_profile_added AFTER INSERT ON profile
WHEN new.display_name IS NOT NULL
BEGIN
  UPDATE blog SET changed = CURRENT_TIMESTAMP;
END;
CREATE TRIGGER blog_profile_changed AFTER UPDATE OF display_name ON profile
WHEN new.display_name IS NOT old.display_name
BEGIN
  UPDATE blog SET changed = CURRENT_TIMESTAMP;
END;
CREATE TRIGGER blog_profile_deleted AFTER DELETE ON profile
WHEN old.display_name IS NOT NULL
BEGIN
  UPDATE blog SET changed = CURRENT_TIMESTAMP;
END;
CREATE INDEX binned_post_author ON binned_post (author_id, deleted, id);
CREATE INDEX binned_post_deleted ON binned_post (deleted, id);
CREATE INDEX binned_comment_parent ON binned_comment (binned_id, parent_id);
CREATE INDEX binned_comment_author ON binned_comment (author_id);
CREATE INDEX binned_like_user ON binned_like (user_id);
CREATE INDEX image_use_binned ON image_use (binned_id);
CREATE TRIGGER binned_post_deleted AFTER DELETE ON binned_post
BEGIN
  DELETE FROM binned_tag WHERE binned_id = old.id;
  DELETE FROM binned_comment WHERE binned_id = old.id;
  DELETE FROM binned_like WHERE binned_id = old.id;
  DELETE FROM image_use WHERE binned_id = old.id;
END;
CREATE TRIGGER image_of_binned_post AFTER DELETE ON image_use
WHEN old.binned_id IS NOT NULL
BEGIN
  DELETE FROM image WHERE hash = old.hash
    AND NOT EXISTS (SELECT 1 FROM image_upload WHERE image_id = image.id)
    AND NOT EXISTS (SELECT 1 FROM image_use WHERE hash = image.hash);
END;
CREATE TRIGGER binned_comment_without_replies AFTER DELETE ON binned_comment
WHEN old.parent_id IS NOT NULL
BEGIN
  DELETE FROM binned_comment WHERE binned_id = old.binned_id AND id = old.parent_id
    AND removed IS NOT NULL AND NOT EXISTS (SELECT 1 FROM binned_comment
      WHERE binned_id = old.binned_id AND parent_id = old.parent_id);
END;
CREATE TRIGGER binned_of_user AFTER DELETE ON user
BEGIN
  DELETE FROM binned_post WHERE author_id = old.id;
  DELETE FROM binned_comment WHERE author_id = old.id AND parent_id IS NOT NULL;
  DELETE FROM binned_comment WHERE author_id = old.id
    AND NOT EXISTS (SELECT 1 FROM binned_comment a
      WHERE a.binned_id = binned_comment.binned_id
      AND a.parent_id = binned_comment.id);
  UPDATE binned_comment SET removed = CURRENT_TIMESTAMP, author_id = NULL, body = ''
    WHERE author_id = old.id;
  DELETE FROM binned_like WHERE user_id = old.id;
END;
CREATE TRIGGER binned_like_of_closed AFTER UPDATE OF closed ON user
WHEN new.closed IS NOT NULL
BEGIN
  DELETE FROM binned_like WHERE user_id = new.id;
END;
CREATE VIEW authorship (user_id) AS
  SELECT author_id FROM post UNION ALL SELECT author_id FROM comment
  UNION ALL SELECT author_id FROM binned_post
  UNION ALL SELECT author_id FROM binned_comment;
CREATE TRIGGER user_of_closed AFTER UPDATE OF closed ON user
WHEN new.closed IS NOT NULL
BEGIN
  DELETE FROM user WHERE id = new.id
    AND NOT EXISTS (SELECT 1 FROM authorship WHERE user_id = new.id);
END;
CREATE TRIGGER user_without_post AFTER DELETE ON post
BEGIN
  DELETE FROM user WHERE id = old.author_id AND closed IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM authorship WHERE user_id = old.author_id);
END;
CREATE TRIGGER user_without_comment AFTER DELETE ON comment
BEGIN
  DELETE FROM user WHERE id = old.author_id AND closed IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM authorship WHERE user_id = old.author_id);
END;
CREATE TRIGGER user_without_removed_comment AFTER UPDATE OF author_id ON comment
BEGIN
  DELETE FROM user WHERE id = old.author_id AND closed IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM authorship WHERE user_id = old.author_id);
END;
CREATE TRIGGER user_without_binned_post AFTER DELETE ON binned_post
BEGIN
  DELETE FROM user WHERE id = old.author_id AND closed IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM authorship WHERE user_id = old.author_id);
END;
CREATE TRIGGER user_without_binned_comment AFTER DELETE ON binned_comment
BEGIN
  DELETE FROM user WHERE id = old.author_id AND closed IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM authorship WHERE user_id = old.author_id);
END;
CREATE TRIGGER user_without_removed_binned_comment
AFTER UPDATE OF author_id ON binned_comment
BEGIN
  DELETE FROM user WHERE id = old.author_id AND closed IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM authorship WHERE user_id = old.author_id);
END;
CREATE TRIGGER post_version AFTER UPDATE OF title, body ON post
WHEN new.title IS NOT old.title OR new.body IS NOT old.body
BEGIN
  UPDATE post SET version = old.version + 1 WHERE id = new.id;
END;
CREATE TRIGGER post_version_tag_added AFTER INSERT ON post_tag
BEGIN
  UPDATE post SET version = version + 1 WHERE id = new.post_id;
END;
CREATE TRIGGER post_version_tag_moved AFTER UPDATE OF post_id, tag_id ON post_tag
WHEN new.post_id IS NOT old.post_id OR new.tag_id IS NOT old.tag_id
BEGIN
  UPDATE post SET version = version + 1 WHERE id IN (old.post_id, new.post_id);
END;
CREATE TRIGGER post_version_tag_taken AFTER DELETE ON post_tag
BEGIN
  UPDATE post SET version = version + 1 WHERE id = old.post_id;
END;
CREATE INDEX revision_author ON revision (author_id);
CREATE TRIGGER revision_of_post AFTER DELETE ON post
BEGIN
  DELETE FROM revision WHERE post_id = old.id;
END;
CREATE TRIGGER revision_of_user AFTER DELETE ON user
BEGIN
  UPDATE revision SET author_id = NULL WHERE author_id = old.id;
END;
CREATE INDEX binned_revision_author ON binned_revision (author_id);
CREATE TRIGGER revision_of_binned_post AFTER DELETE ON binned_post
BEGIN
  DELETE FROM binned_revision WHERE binned_id = old.id;
END;
CREATE TRIGGER binned_revision_of_user AFTER DELETE ON user
BEGIN
  UPDATE binned_revision SET author_id = NULL WHERE author_id = old.id;
END;
CREATE INDEX sent_form_user ON sent_form (user_id, sent);
CREATE INDEX sent_form_sent ON sent_form (sent);
CREATE INDEX sent_form_post ON sent_form (post_id);
CREATE INDEX sent_form_comment ON sent_form (comment_id);
CREATE TRIGGER sent_form_of_user AFTER DELETE ON user
BEGIN
  DELETE FROM sent_form WHERE user_id = old.id;
END;
CREATE TRIGGER sent_form_of_post AFTER DELETE ON post
BEGIN
  DELETE FROM sent_form WHERE post_id = old.id;
END;
CREATE TRIGGER sent_form_of_comment AFTER DELETE ON comment
BEGIN
  DELETE FROM sent_form WHERE comment_id = old.id;
END;
CREATE INDEX post_draft ON post (author_id, drafted, number) WHERE drafted IS NOT NULL;
CREATE INDEX post_due ON post (due) WHERE due IS NOT NULL;
CREATE TRIGGER public_post_added AFTER INSERT ON post
WHEN new.drafted IS NULL OR new.due IS NOT NULL
BEGIN
  UPDATE public_version SET version = random();
END;
CREATE TRIGGER public_post_changed AFTER UPDATE ON post
WHEN old.drafted IS NULL OR new.drafted IS NULL OR new.due IS NOT old.due
BEGIN
  UPDATE public_version SET version = random();
END;
CREATE TRIGGER public_post_deleted AFTER DELETE ON post
WHEN old.drafted IS NULL OR old.due IS NOT NULL
BEGIN
  UPDATE public_version SET version = random();
END;
CREATE TRIGGER public_post_tag_added AFTER INSERT ON post_tag
WHEN new.created <> ''
BEGIN
  UPDATE public_version SET version = random();
END;
CREATE TRIGGER public_post_tag_changed AFTER UPDATE ON post_tag
WHEN old.created <> '' OR new.created <> ''
BEGIN
  UPDATE public_version SET version = random();
END;
CREATE TRIGGER public_post_tag_deleted AFTER DELETE ON post_tag
WHEN old.created <> ''
BEGIN
  UPDATE public_version SET version = random();
END;
CREATE TRIGGER blog_post_added AFTER INSERT ON post
WHEN new.drafted IS NULL
BEGIN
  UPDATE blog SET changed = CURRENT_TIMESTAMP;
END;
CREATE TRIGGER blog_post_changed AFTER UPDATE ON post
WHEN old.drafted IS NULL OR new.drafted IS NULL
BEGIN
  UPDATE blog SET changed = CURRENT_TIMESTAMP;
END;
CREATE TRIGGER blog_post_deleted AFTER DELETE ON post
WHEN old.drafted IS NULL
BEGIN
  UPDATE blog SET changed = CURRENT_TIMESTAMP;
END;
CREATE TRIGGER blog_tag_added AFTER INSERT ON post_tag
WHEN new.created <> ''
BEGIN
  UPDATE blog SET changed = CURRENT_TIMESTAMP;
END;
CREATE TRIGGER blog_tag_deleted AFTER DELETE ON post_tag
WHEN old.created <> ''
BEGIN
  UPDATE blog SET changed = CURRENT_TIMESTAMP;
END;
CREATE INDEX working_copy_user ON working_copy (user_id, post_id, saved);
CREATE INDEX working_copy_post ON working_copy (post_id);
CREATE INDEX working_copy_saved ON working_copy (saved);
CREATE INDEX working_copy_discarded ON working_copy (discarded);
CREATE INDEX binned_post_post ON binned_post (post_id);
CREATE TRIGGER working_copy_of_post AFTER DELETE ON post
BEGIN
  DELETE FROM working_copy WHERE post_id = old.id
    AND NOT EXISTS (SELECT 1 FROM binned_post WHERE post_id = old.id);
END;
CREATE TRIGGER working_copy_of_binned_post AFTER DELETE ON binned_post
BEGIN
  DELETE FROM working_copy WHERE post_id = old.post_id
    AND NOT EXISTS (SELECT 1 FROM post WHERE id = old.post_id)
    AND NOT EXISTS (SELECT 1 FROM binned_post WHERE post_id = old.post_id);
END;
CREATE TRIGGER working_copy_of_closed AFTER UPDATE OF closed ON user
WHEN new.closed IS NOT NULL
BEGIN
  DELETE FROM working_copy WHERE user_id = new.id;
END;
CREATE TRIGGER working_copy_of_user AFTER DELETE ON user
BEGIN
  DELETE FROM working_copy WHERE user_id = old.id;
END;
CREATE TRIGGER image_text_given INSTEAD OF INSERT ON image_text
BEGIN
  DELETE FROM image_use WHERE post_id = new.post_id;
  DELETE FROM image_use WHERE user_id = new.user_id;
  INSERT INTO image_use (hash, post_id, user_id)
    SELECT DISTINCT substr(value, 1, instr(substr(value, 1, 40) || '-', '-') - 1),
      new.post_id, new.user_id
    FROM json_each('['
      || replace(json_quote(CAST(new.text AS TEXT)), '/image/', '","') || ']')
    WHERE key > 0;
END;
CREATE INDEX user_owner ON user (id) WHERE role = 'owner';
CREATE TRIGGER one_time_link_of_password AFTER UPDATE OF password ON user
BEGIN
  DELETE FROM one_time_link WHERE used IS NULL AND user_id = new.id;
END;
CREATE TRIGGER one_time_link_of_user AFTER DELETE ON user
BEGIN
  DELETE FROM one_time_link WHERE user_id = old.id OR made_by = old.id;
  UPDATE one_time_link SET used_by = NULL WHERE used_by = old.id;
END;
CREATE INDEX suspension_by ON suspension (suspended_by);
CREATE TRIGGER suspension_of_closed AFTER UPDATE OF closed ON user
WHEN new.closed IS NOT NULL
BEGIN
  DELETE FROM suspension WHERE user_id = new.id;
END;
CREATE TRIGGER suspension_of_user AFTER DELETE ON user
BEGIN
  DELETE FROM suspension WHERE user_id = old.id;
  UPDATE suspension SET suspended_by = NULL WHERE suspended_by = old.id;
END;
CREATE INDEX user_joined ON user (joined);
CREATE INDEX application_user ON application (user_id, id);
CREATE INDEX application_open ON application (created, id) WHERE answered IS NULL;
CREATE INDEX application_answered_by ON application (answered_by);
CREATE INDEX approval_by ON approval (approved_by);
CREATE INDEX waiting_post_open ON waiting_post (created, post_id)
  WHERE refused IS NULL;
CREATE INDEX waiting_post_refused_by ON waiting_post (refused_by);
CREATE TRIGGER waiting_post_of_public AFTER UPDATE OF drafted ON post
WHEN new.drafted IS NULL
BEGIN
  DELETE FROM waiting_post WHERE post_id = new.id;
END;
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
CREATE INDEX report_open ON report (created, id) WHERE closed IS NULL;
CREATE INDEX report_reporter ON report (reporter_id, id);
CREATE INDEX report_post ON report (post_id);
CREATE INDEX report_comment ON report (comment_id);
CREATE INDEX report_person ON report (person_id);
CREATE INDEX report_closed_by ON report (closed_by);
CREATE TRIGGER report_of_removed AFTER UPDATE OF removed ON comment
WHEN new.removed IS NOT NULL
BEGIN
  DELETE FROM report WHERE comment_id = new.id;
END;
CREATE INDEX moderation_moderator ON moderation (moderator_id, id);
CREATE INDEX moderation_person ON moderation (person_id, id);
CREATE INDEX cleanup_created ON cleanup (created);
CREATE INDEX cleanup_moderator ON cleanup (moderator_id);
CREATE INDEX cleanup_person_user ON cleanup_person (user_id);
CREATE INDEX cleanup_comment_author ON cleanup_comment (author_id);
CREATE INDEX cleanup_like_user ON cleanup_like (user_id);
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
CREATE INDEX notice_user ON notice (user_id, id);
CREATE INDEX notice_unseen ON notice (user_id, id) WHERE seen IS NULL;
CREATE INDEX notice_created ON notice (created);
CREATE TRIGGER notice_of_closed AFTER UPDATE OF closed ON user
WHEN new.closed IS NOT NULL
BEGIN
  DELETE FROM notice WHERE user_id = new.id;
  DELETE FROM notice_feed WHERE user_id = new.id;
END;
CREATE TRIGGER notice_feed_of_suspended AFTER INSERT ON suspension
BEGIN
  DELETE FROM notice_feed WHERE user_id = new.user_id;
END;
CREATE TRIGGER notice_of_user AFTER DELETE ON user
BEGIN
  DELETE FROM notice WHERE user_id = old.id;
  DELETE FROM notice_feed WHERE user_id = old.id;
END;
CREATE INDEX former_name_user ON former_name (user_id, changed);
CREATE TRIGGER former_name_of_nobody AFTER UPDATE OF user_id ON former_name
WHEN new.user_id IS NULL AND new.name IS NOT NULL
BEGIN
  UPDATE former_name SET name = NULL, changed = NULL WHERE digest = new.digest;
END;
CREATE TRIGGER former_name_of_user AFTER DELETE ON user
BEGIN
  UPDATE former_name SET user_id = NULL WHERE user_id = old.id;
END;
CREATE TRIGGER public_former_name_added AFTER INSERT ON former_name
BEGIN
  UPDATE public_version SET version = random();
END;
CREATE TRIGGER public_former_name_changed AFTER UPDATE ON former_name
BEGIN
  UPDATE public_version SET version = random();
END;
CREATE TRIGGER public_former_name_deleted AFTER DELETE ON former_name
BEGIN
  UPDATE public_version SET version = random();
END;
CREATE TRIGGER blog_user_renamed AFTER UPDATE OF username ON user
WHEN new.username IS NOT old.username
BEGIN
  UPDATE blog SET changed = CURRENT_TIMESTAMP, discussed = CURRENT_TIMESTAMP;
END;
CREATE TRIGGER sent_form_of_closed AFTER UPDATE OF closed ON user
WHEN new.closed IS NOT NULL
BEGIN
  DELETE FROM sent_form WHERE user_id = new.id;
END;
CREATE INDEX site_setting_by ON site_setting (changed_by);
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
CREATE TRIGGER site_setting_of_user AFTER DELETE ON user
BEGIN
  UPDATE site_setting SET changed_by = NULL WHERE changed_by = old.id;
END;
CREATE INDEX post_created ON post (created, number)
  WHERE drafted IS NULL AND page IS NULL;
CREATE INDEX post_author_public ON post (author_id, created, number)
  WHERE drafted IS NULL AND page IS NULL;
CREATE INDEX post_page ON post (page, number) WHERE page IS NOT NULL;
CREATE INDEX post_author_page ON post (author_id, page, number)
  WHERE page IS NOT NULL;
CREATE INDEX post_header ON post (header_position, number)
  WHERE header_position IS NOT NULL;
CREATE TRIGGER post_tag_moved AFTER UPDATE OF created, drafted, page ON post
BEGIN
  UPDATE post_tag
    SET created = iif(new.drafted IS NULL AND new.page IS NULL, new.created, '')
    WHERE post_id = new.id;
END;
CREATE INDEX spam_decision_decided ON spam_decision (is_spam, decided);
CREATE INDEX working_copy_base ON working_copy (user_id, base_form_id, base_saved);
CREATE INDEX one_time_link_user ON one_time_link (user_id);
CREATE INDEX one_time_link_post ON one_time_link (post_id, id);
CREATE INDEX one_time_link_made_by ON one_time_link (made_by);
CREATE INDEX one_time_link_used_by ON one_time_link (used_by);
CREATE TRIGGER one_time_link_of_closed AFTER UPDATE OF closed ON user
WHEN new.closed IS NOT NULL
BEGIN
  DELETE FROM one_time_link
    WHERE (used IS NULL OR post_id IS NOT NULL)
      AND (user_id = new.id OR made_by = new.id);
END;
CREATE TRIGGER session_of_suspended AFTER INSERT ON suspension
BEGIN
  DELETE FROM session WHERE user_id = new.user_id;
  DELETE FROM one_time_link
    WHERE (used IS NULL OR post_id IS NOT NULL) AND made_by = new.user_id;
END;
CREATE TRIGGER one_time_link_of_post AFTER DELETE ON post
BEGIN
  DELETE FROM one_time_link WHERE post_id = old.id;
END;
CREATE INDEX cleanup_row_user ON cleanup_row (user_id);
CREATE TRIGGER cleanup_row_of_closed AFTER UPDATE OF closed ON user
WHEN new.closed IS NOT NULL
BEGIN
  DELETE FROM cleanup_row WHERE user_id = new.id;
END;
CREATE TRIGGER cleanup_row_of_user AFTER DELETE ON user
BEGIN
  DELETE FROM cleanup_row WHERE user_id = old.id;
END;
CREATE INDEX notice_person ON notice (person_id);
CREATE TRIGGER notice_about_closed AFTER UPDATE OF closed ON user
WHEN new.closed IS NOT NULL
BEGIN
  DELETE FROM notice WHERE person_id = new.id;
END;
CREATE TRIGGER notice_about_user AFTER DELETE ON user
BEGIN
  DELETE FROM notice WHERE person_id = old.id;
END;
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
CREATE INDEX imported_text_post ON imported_text (post_id, comment_id);
CREATE INDEX imported_person_user ON imported_person (user_id);
CREATE INDEX old_address_post ON old_address (post_id);
CREATE TRIGGER old_address_of_post AFTER DELETE ON post
BEGIN
  DELETE FROM old_address WHERE post_id = old.id
    AND NOT EXISTS (SELECT 1 FROM binned_post WHERE post_id = old.id);
END;
CREATE TRIGGER old_address_of_binned_post AFTER DELETE ON binned_post
BEGIN
  DELETE FROM old_address WHERE post_id = old.post_id
    AND NOT EXISTS (SELECT 1 FROM post WHERE id = old.post_id)
    AND NOT EXISTS (SELECT 1 FROM binned_post WHERE post_id = old.post_id);
END;
CREATE TRIGGER imported_person_of_closed AFTER UPDATE OF closed ON user
WHEN new.closed IS NOT NULL
BEGIN
  DELETE FROM imported_person WHERE user_id = new.id;
END;
CREATE TRIGGER imported_person_of_user AFTER DELETE ON user
BEGIN
  DELETE FROM imported_person WHERE user_id = old.id;
END;
PRAGMA writable_schema=OFF;
COMMIT;
PRAGMA user_version = 30;

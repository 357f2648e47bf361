-- What was decided to be spam, or not: by a name for whatever it was, with what stood for
-- its words, so that a decision can be taken back.
CREATE TABLE spam_decision (
  subject TEXT NOT NULL PRIMARY KEY,
  is_spam INTEGER NOT NULL,
  decided TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  words TEXT NOT NULL
);
CREATE INDEX spam_decision_decided ON spam_decision (is_spam, decided);

-- How many of them had a word, by its hash.
CREATE TABLE spam_word (
  hash INTEGER PRIMARY KEY,
  spam INTEGER NOT NULL,
  ham INTEGER NOT NULL
);

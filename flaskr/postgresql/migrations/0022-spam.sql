-- What was decided to be spam, or not: by a name for whatever it was, with what stood for
-- its words, so that a decision can be taken back.
CREATE TABLE spam_decision (
  subject text COLLATE "C" PRIMARY KEY,
  is_spam bigint NOT NULL,
  decided text COLLATE "C" NOT NULL DEFAULT utc_now(),
  words text COLLATE "C" NOT NULL
);
CREATE INDEX spam_decision_decided ON spam_decision (is_spam, decided);

-- How many of them had a word, by its hash.
CREATE TABLE spam_word (
  hash bigint PRIMARY KEY,
  spam bigint NOT NULL,
  ham bigint NOT NULL
);

-- Outputs: what filters keep out, what waits its turn, archive pages, digests; and what was taken back.

-- Kept out by a rule of its feed or group (output 0) or of an output, for good: a rule that changes brings nothing back.
CREATE TABLE filtered (
  article_id INTEGER NOT NULL REFERENCES article (id) ON DELETE CASCADE,
  output_id  INTEGER NOT NULL,
  rule       TEXT NOT NULL,                    -- as it was written
  PRIMARY KEY (article_id, output_id)
) STRICT, WITHOUT ROWID;

-- Admitted, but its publisher had its share of the hour.
CREATE TABLE waiting (
  output_id  INTEGER NOT NULL REFERENCES output (id),
  article_id INTEGER NOT NULL REFERENCES article (id) ON DELETE CASCADE,
  since_at   INTEGER NOT NULL,
  PRIMARY KEY (output_id, article_id)
) STRICT, WITHOUT ROWID;

-- Full pages of a ledger: their membership never changes. An expired one answers 410.
CREATE TABLE archive (
  output_id      INTEGER NOT NULL REFERENCES output (id),
  page           INTEGER NOT NULL,             -- from 1, the oldest
  first_sequence INTEGER NOT NULL,
  last_sequence  INTEGER NOT NULL,
  expired        INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (output_id, page)
) STRICT, WITHOUT ROWID;

-- What an output with digests shows in place of its ledger.
CREATE TABLE digest (
  output_id    INTEGER NOT NULL REFERENCES output (id),
  starts_at    INTEGER NOT NULL,               -- of its period
  published_id BLOB NOT NULL,
  made_at      INTEGER NOT NULL,
  stories      TEXT NOT NULL,                  -- JSON: [article, outlets], the first ranked first
  PRIMARY KEY (output_id, starts_at)
) STRICT, WITHOUT ROWID;

-- article.state 2: withdrawn; its text is gone.
ALTER TABLE article ADD COLUMN withdrawn_at INTEGER;
ALTER TABLE article ADD COLUMN withdrawn_why TEXT; -- 'legal': its title and link are gone too

-- The articles of each feed's last full document, in its order: what an entry can be missing from.
CREATE TABLE listing (
  feed_id  INTEGER PRIMARY KEY REFERENCES feed (id) ON DELETE CASCADE,
  articles TEXT NOT NULL                       -- JSON
) STRICT;

-- Gone from the middle of a document, perhaps withdrawn.
CREATE TABLE missing (
  article_id INTEGER PRIMARY KEY REFERENCES article (id) ON DELETE CASCADE,
  feed_id    INTEGER NOT NULL,
  since_at   INTEGER NOT NULL,
  older_id   INTEGER NOT NULL,                 -- the next older entry that stayed
  came_back  INTEGER NOT NULL DEFAULT 0        -- 1: it flaps; its absence means nothing
) STRICT;
CREATE INDEX missing_feed ON missing (feed_id);

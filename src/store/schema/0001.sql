-- The store, version 1. Instants are Unix seconds in UTC; published ids are the 16 bytes of a UUID.
-- Lists that are only shown, never searched, are JSON in one column.

-- What the store knows of itself.
CREATE TABLE meta (
  key   TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- A feed is the same while its name or its address is known (RULES 1); rows are never reused.
CREATE TABLE feed (
  id               INTEGER PRIMARY KEY,
  name             TEXT NOT NULL,
  url              TEXT NOT NULL,
  seed             TEXT NOT NULL,              -- first configured address: what article ids derive from
  configured       INTEGER NOT NULL DEFAULT 1, -- 0: no longer in the configuration
  etag             TEXT,
  last_modified    TEXT,
  validators_url   TEXT,
  body_hash        INTEGER,
  last_poll_at     INTEGER,
  last_success_at  INTEGER,
  last_new_at      INTEGER,
  next_poll_at     INTEGER,                    -- the only plan
  next_poll_reason TEXT NOT NULL DEFAULT '',
  held_until       INTEGER,                    -- Retry-After: not even `poll --all` comes sooner
  failures         INTEGER NOT NULL DEFAULT 0,
  last_error       TEXT,
  gone             INTEGER NOT NULL DEFAULT 0,
  moved_to         TEXT,
  moving           TEXT,                       -- JSON: a permanent redirect on probation
  rhythm           TEXT,                       -- JSON
  title            TEXT,
  site_url         TEXT,
  document_id      TEXT,
  rights           TEXT,
  icon             TEXT,
  updated_at       INTEGER
) STRICT;

CREATE TABLE article (
  id            INTEGER PRIMARY KEY,           -- also the order of settling
  feed_id       INTEGER NOT NULL REFERENCES feed (id),
  published_id  BLOB NOT NULL UNIQUE,          -- made once from seed and key, never changed
  state         INTEGER NOT NULL,              -- 0 held, 1 tombstone: known, its text is gone or was never kept
  original_id   TEXT,
  link          TEXT,
  link_key      TEXT,
  title         TEXT NOT NULL,
  summary       TEXT,
  content       TEXT,
  language      TEXT,
  fields        TEXT NOT NULL,                 -- JSON: news fields
  raw_date      TEXT,                          -- as printed
  published_at  INTEGER NOT NULL,              -- the earlier of the printed date and when it was first seen
  updated_at    INTEGER NOT NULL,              -- moves only when a reader should look again
  first_seen_at INTEGER NOT NULL,
  revised_at    INTEGER NOT NULL,              -- when anything of it last changed here
  text_hash     INTEGER NOT NULL,              -- of all that is shown
  listed        INTEGER NOT NULL,              -- 0: known, but too old to enter an output that already ran
  noindex       INTEGER NOT NULL,              -- the publisher asks that it stays out of public places
  publisher     TEXT NOT NULL,                 -- what min_sources counts
  source_updated_at INTEGER NOT NULL,          -- atom:source/updated, frozen when settled
  copy_of       INTEGER REFERENCES article (id),
  story_id      INTEGER                        -- the id of its story's first article
) STRICT;
CREATE INDEX article_feed ON article (feed_id);
CREATE INDEX article_published ON article (published_at);
CREATE INDEX article_copy ON article (copy_of) WHERE copy_of IS NOT NULL;
CREATE INDEX article_story ON article (story_id) WHERE story_id IS NOT NULL;

-- What can find an article again, by 64-bit digest of its value. A NULL article: shared by several, identifies nothing.
CREATE TABLE alias (
  feed_id    INTEGER NOT NULL,
  kind       INTEGER NOT NULL,
  digest     INTEGER NOT NULL,
  article_id INTEGER,
  PRIMARY KEY (feed_id, kind, digest)
) STRICT, WITHOUT ROWID;

-- Earlier headlines: shown as a record of changes, and a return to one of them is no news.
CREATE TABLE revision (
  article_id INTEGER NOT NULL REFERENCES article (id) ON DELETE CASCADE,
  revised_at INTEGER NOT NULL,
  title      TEXT NOT NULL,
  PRIMARY KEY (article_id, revised_at, title)
) STRICT, WITHOUT ROWID;

-- Stories of two articles or more; one with a single article has no row, its id follows from that article's.
CREATE TABLE story (
  id           INTEGER PRIMARY KEY,            -- the id of its first article
  published_id BLOB NOT NULL UNIQUE,
  merged_into  INTEGER REFERENCES story (id)
) STRICT;

-- Why an article was joined to another: the rule, its score, and the words that decided.
CREATE TABLE why (
  article_id INTEGER NOT NULL REFERENCES article (id) ON DELETE CASCADE,
  level      TEXT NOT NULL,                    -- copy or story
  rule       TEXT NOT NULL,
  score      REAL,
  partner_id INTEGER,
  words      TEXT NOT NULL,
  PRIMARY KEY (article_id, level, rule)
) STRICT, WITHOUT ROWID;

-- What the story index needs of an article, so that a start need not read texts again.
CREATE TABLE fingerprint (
  sequence   INTEGER PRIMARY KEY,              -- the order in which they were compared
  article_id INTEGER NOT NULL UNIQUE REFERENCES article (id) ON DELETE CASCADE,
  bytes      BLOB NOT NULL
) STRICT;

CREATE TABLE output (
  id           INTEGER PRIMARY KEY,
  name         TEXT NOT NULL UNIQUE,
  published_id BLOB NOT NULL,
  created_at   INTEGER NOT NULL,
  filled_at    INTEGER,                        -- NULL while the first pass still fills it by date
  changed_at   INTEGER NOT NULL                -- Last-Modified; rises with every change of its entries
) STRICT;

-- Append-only once filled: what enters, enters on top, once (RULES 2).
CREATE TABLE ledger (
  output_id  INTEGER NOT NULL REFERENCES output (id),
  sequence   INTEGER NOT NULL,
  entry_id   BLOB NOT NULL,                    -- the published id of the merged entry
  article_id INTEGER NOT NULL REFERENCES article (id), -- which it shows, for good
  entered_at INTEGER NOT NULL,
  also       TEXT NOT NULL,                    -- JSON: ids of the copies known when it entered
  PRIMARY KEY (output_id, sequence)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX ledger_entry ON ledger (output_id, entry_id);
CREATE INDEX ledger_article ON ledger (article_id);

-- What the operator was told, the newest last.
CREATE TABLE notice (
  id    INTEGER PRIMARY KEY AUTOINCREMENT,     -- never used again: published ids derive from it
  at    INTEGER NOT NULL,
  kind  TEXT NOT NULL,
  feed  TEXT NOT NULL,                         -- its name; the feed may be gone from the configuration
  title TEXT NOT NULL,
  text  TEXT NOT NULL
) STRICT;

-- Entries that wait for their copies, origins that were found late, and the operator's corrections.

ALTER TABLE ledger ADD COLUMN is_story     INTEGER NOT NULL DEFAULT 0;    -- it stands for a story, not for copies
ALTER TABLE ledger ADD COLUMN reports      TEXT    NOT NULL DEFAULT '[]'; -- JSON: [id, headline] of the other texts known when it entered
ALTER TABLE ledger ADD COLUMN origin_id    INTEGER REFERENCES article (id); -- of the text that it shows, found later
ALTER TABLE ledger ADD COLUMN names_origin INTEGER NOT NULL DEFAULT 0;    -- its text was made anew since

-- What an output admits and holds back until its copies have come ([[output]] hold).
CREATE TABLE hold (
  output_id  INTEGER NOT NULL REFERENCES output (id),
  article_id INTEGER NOT NULL REFERENCES article (id) ON DELETE CASCADE, -- one of what it stands for
  due_at     INTEGER NOT NULL,
  PRIMARY KEY (output_id, article_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX hold_due ON hold (due_at);

-- Made by hand, for good: two articles that are no copies, or not even of one story (`headlined split`). What was joined
-- by hand is in article.copy_of and article.story_id like all else, with its reason in why.
CREATE TABLE apart (
  article_id INTEGER NOT NULL REFERENCES article (id) ON DELETE CASCADE,
  other_id   INTEGER NOT NULL REFERENCES article (id) ON DELETE CASCADE,
  level      TEXT NOT NULL,                    -- copy or story
  made_at    INTEGER NOT NULL,
  PRIMARY KEY (article_id, other_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX apart_other ON apart (other_id);

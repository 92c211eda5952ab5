-- How long tombstones are needed, and what retention looks for.

ALTER TABLE article ADD COLUMN seen_at INTEGER;  -- a tombstone's: when its feed was last known to list it, to the day
ALTER TABLE feed ADD COLUMN document_at INTEGER; -- when a whole document was last settled
CREATE INDEX article_held ON article (published_at) WHERE state <> 1;
CREATE INDEX ledger_origin ON ledger (origin_id) WHERE origin_id IS NOT NULL;

-- What the story index needs of an article beside its fingerprint: the table's rows are as long as their texts, and hold
-- these behind them. `article_held` serves what `article_published` did.
DROP INDEX article_published;
CREATE INDEX article_remembered ON article (id, feed_id, published_at, first_seen_at, story_id, copy_of);

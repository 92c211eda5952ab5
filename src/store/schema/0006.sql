-- Which tombstones may be forgotten, without looking at every article.

CREATE INDEX article_tombstone ON article (coalesce(seen_at, first_seen_at), feed_id) WHERE state = 1;

-- How many stories there are, kept true by the triggers below alone: /metrics and /status would count them by a scan, which
-- grows with what is kept.
CREATE TABLE story_tally (
  stories       INTEGER NOT NULL
) STRICT;
INSERT INTO story_tally SELECT count(*) FROM story WHERE merged_into IS NULL;

CREATE TRIGGER story_new AFTER INSERT ON story WHEN new.merged_into IS NULL BEGIN
  UPDATE story_tally SET stories = stories + 1;
END;
CREATE TRIGGER story_merged AFTER UPDATE OF merged_into ON story
  WHEN (old.merged_into IS NULL) <> (new.merged_into IS NULL)
BEGIN
  UPDATE story_tally SET stories = stories + (new.merged_into IS NULL) - (old.merged_into IS NULL);
END;
CREATE TRIGGER story_gone AFTER DELETE ON story WHEN old.merged_into IS NULL BEGIN
  UPDATE story_tally SET stories = stories - 1;
END;

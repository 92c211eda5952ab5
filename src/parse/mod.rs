//! Bytes of a feed document to a `ParsedFeed`.

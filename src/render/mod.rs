//! An edition to bytes, and views to pages.

//! Sanitized bodies: nothing that runs gets through, and what was cleaned stays as it is when it is cleaned again.

#![no_main]

use headlined::{
    html,
    model::{Text, TextKind},
};
use libfuzzer_sys::fuzz_target;
use url::Url;

fuzz_target!(|value: &str| {
    let base = Url::parse("https://example.org/world/").ok();
    let text = |value: String| Text { value, kind: TextKind::Html, ..Text::default() };
    let once = html::clean(&text(value.to_owned()), base.as_ref());
    let lower = once.to_ascii_lowercase();
    assert!(!lower.contains("<script") && !lower.contains("<style") && !lower.contains("<form"));
    let _ = html::plain_text(&text(once.clone()));
    // Beyond what `html::bounds` lets through, markup is flattened.
    if value.len() < 5_000 {
        assert_eq!(html::clean(&text(once.clone()), base.as_ref()), once);
    }
});

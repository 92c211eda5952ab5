//! Printed dates: no text panics, whatever zone and notation are hinted.

#![no_main]

use headlined::dates::{self, Hints};
use jiff::tz::TimeZone;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (&str, &str)| {
    let (text, format) = input;
    let hints = Hints { zone: TimeZone::get("Europe/Paris").ok(), formats: vec![format.to_owned()] };
    let _ = dates::read(text, &hints);
    let _ = dates::offset(text);
});

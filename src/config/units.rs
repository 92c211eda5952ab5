//! Durations and sizes as the configuration writes them: a whole number and its unit, `"30s"`, `"10MiB"`.
//!
//! Pure. A number without its unit is never guessed at; `suggest_*` says what was probably meant.

use std::time::Duration;

/// In milliseconds, the smallest first.
const DURATION_UNITS: [(&str, u64); 5] =
    [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 24 * 3_600_000)];

/// In bytes, the smallest first.
const SIZE_UNITS: [(&str, u64); 4] = [("B", 1), ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30)];

/// `"500ms"`, `"30s"`, `"5m"`, `"6h"`, `"90d"`.
pub(super) fn parse_duration(text: &str) -> Option<Duration> {
    parse(text, &DURATION_UNITS).map(Duration::from_millis)
}

/// `"512B"`, `"64KiB"`, `"10MiB"`, `"1GiB"`.
pub(super) fn parse_size(text: &str) -> Option<u64> {
    parse(text, &SIZE_UNITS)
}

/// The way a person would write it: `"48h"` and `"60s"`, but `"3d"` and `"5m"`.
pub(super) fn show_duration(duration: Duration) -> String {
    let millis = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    let people_say = |unit: &str, count: u64| match unit {
        "d" => count >= 3,
        "m" => count >= 2,
        _ => count >= 1,
    };
    show(millis, &DURATION_UNITS, people_say).unwrap_or_else(|| "0s".to_owned())
}

pub(super) fn show_size(bytes: u64) -> String {
    show(bytes, &SIZE_UNITS, |_, count| count >= 1).unwrap_or_else(|| "0B".to_owned())
}

/// "5 min" → `5m`, "90" → `90s`.
pub(super) fn suggest_duration(text: &str) -> Option<String> {
    let (number, word) = number_and_word(text)?;
    let unit = match word.as_str() {
        "" | "s" | "sec" | "secs" | "second" | "seconds" => "s",
        "ms" | "msec" | "millis" | "millisecond" | "milliseconds" => "ms",
        "m" | "min" | "mins" | "minute" | "minutes" => "m",
        "h" | "hr" | "hrs" | "hour" | "hours" => "h",
        "d" | "day" | "days" => "d",
        "w" | "week" | "weeks" => return Some(format!("{}d", number.checked_mul(7)?)),
        _ => return None,
    };
    Some(format!("{number}{unit}"))
}

/// "10 MB" → `10MiB`.
pub(super) fn suggest_size(text: &str) -> Option<String> {
    let (number, word) = number_and_word(text)?;
    let unit = match word.as_str() {
        "" | "b" | "byte" | "bytes" => "B",
        "k" | "kb" | "kib" => "KiB",
        "m" | "mb" | "mib" => "MiB",
        "g" | "gb" | "gib" => "GiB",
        _ => return None,
    };
    Some(format!("{number}{unit}"))
}

fn parse(text: &str, units: &[(&str, u64)]) -> Option<u64> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let (_, factor) = units.iter().find(|(name, _)| *name == unit)?;
    number.parse::<u64>().ok()?.checked_mul(*factor)
}

fn show(amount: u64, units: &[(&str, u64)], people_say: impl Fn(&str, u64) -> bool) -> Option<String> {
    let fits = |(name, factor): &&(&str, u64)| amount.is_multiple_of(*factor) && people_say(name, amount / factor);
    units.iter().rev().find(fits).map(|(name, factor)| format!("{}{name}", amount / factor))
}

fn number_and_word(text: &str) -> Option<(u64, String)> {
    let text = text.trim();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, word) = text.split_at(digits);
    Some((number.parse().ok()?, word.trim().to_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn durations_are_a_number_and_a_unit() {
        let check = |text, millis: Option<u64>| {
            assert_eq!(parse_duration(text), millis.map(Duration::from_millis), "{text}");
        };
        check("500ms", Some(500));
        check("30s", Some(30_000));
        check("5m", Some(300_000));
        check("6h", Some(21_600_000));
        check("90d", Some(7_776_000_000));
        check("0s", Some(0));
        for wrong in
            ["", "s", "30", "30 s", "-1s", "1.5h", "5min", "30S", "99999999999999999999s", "18446744073709551615d"]
        {
            check(wrong, None);
        }
    }

    #[test]
    fn sizes_are_a_number_and_a_binary_unit() {
        let check = |text, bytes| assert_eq!(parse_size(text), bytes, "{text}");
        check("512B", Some(512));
        check("64KiB", Some(65_536));
        check("10MiB", Some(10_485_760));
        check("1GiB", Some(1_073_741_824));
        for wrong in ["", "10", "10MB", "10 MiB", "MiB", "-1B"] {
            check(wrong, None);
        }
    }

    #[test]
    fn shown_as_a_person_would_write_it() {
        for text in ["500ms", "30s", "60s", "5m", "6h", "24h", "48h", "3d", "90d", "0s"] {
            assert_eq!(parse_duration(text).map(show_duration).as_deref(), Some(text));
        }
        for text in ["0B", "512B", "64KiB", "10MiB", "1GiB"] {
            assert_eq!(parse_size(text).map(show_size).as_deref(), Some(text));
        }
    }

    #[test]
    fn what_was_probably_meant() {
        let check = |text, duration, size| {
            assert_eq!(suggest_duration(text).as_deref(), duration, "{text}");
            assert_eq!(suggest_size(text).as_deref(), size, "{text}");
        };
        check("5 min", Some("5m"), None);
        check("2 weeks", Some("14d"), None);
        check("90", Some("90s"), Some("90B"));
        check("10 MB", None, Some("10MiB"));
        check("10m", Some("10m"), Some("10MiB"));
        check("soon", None, None);
    }

    proptest! {
        #[test]
        fn what_is_shown_reads_back(millis in 0..u64::MAX / 1_000, bytes: u64) {
            let duration = Duration::from_millis(millis);
            prop_assert_eq!(parse_duration(&show_duration(duration)), Some(duration));
            prop_assert_eq!(parse_size(&show_size(bytes)), Some(bytes));
        }

        #[test]
        fn a_suggestion_can_be_read(number in 0..1_000_000u64, word in "[a-zA-Z ]{0,8}") {
            let text = format!("{number}{word}");
            if let Some(suggestion) = suggest_duration(&text) {
                prop_assert!(parse_duration(&suggestion).is_some());
            }
            if let Some(suggestion) = suggest_size(&text) {
                prop_assert!(parse_size(&suggestion).is_some());
            }
        }
    }
}

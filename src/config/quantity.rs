//! Values with a unit: durations and sizes, within the bounds that the table sets.

use std::time::Duration;

use toml_edit::Value;

use super::{
    problem::Refusal,
    scalar::wrong_type,
    setting::{Reading, Rule, Scalar},
    units,
};
use crate::model::Backfill;

/// How one kind of quantity is written.
struct Quantity<T> {
    name: &'static str,
    expected: &'static str,
    parse: fn(&str) -> Option<T>,
    show: fn(T) -> String,
    suggest: fn(&str) -> Option<String>,
}

const DURATION: Quantity<Duration> = Quantity {
    name: "duration",
    expected: "a duration: a whole number with ms, s, m, h or d, as in \"30s\"",
    parse: units::parse_duration,
    show: units::show_duration,
    suggest: units::suggest_duration,
};

const SIZE: Quantity<u64> = Quantity {
    name: "size",
    expected: "a size: a whole number with B, KiB, MiB or GiB, as in \"10MiB\"",
    parse: units::parse_size,
    show: units::show_size,
    suggest: units::suggest_size,
};

impl<T: Ord + Copy> Quantity<T> {
    fn read(&self, value: &Value, bounds: Option<(T, T)>) -> Result<T, Refusal> {
        let meant = |text: &str| (self.suggest)(text).map(|meant| format!("\"{meant}\""));
        let Some(text) = value.as_str() else {
            let number = value.as_integer().map(|number| number.to_string());
            return Err(wrong_type(value, self.expected, number.and_then(|number| meant(&number))));
        };
        let Some(amount) = (self.parse)(text) else {
            return Err(Refusal::new(format!("`{text}` is not a {}", self.name), self.expected).suggest(meant(text)));
        };
        match bounds {
            Some((min, max)) if amount < min || amount > max => {
                let [low, high, nearer] = [min, max, amount.clamp(min, max)].map(self.show);
                let refusal = Refusal::new(format!("`{text}` is out of bounds"), format!("{low} to {high}"));
                Err(refusal.suggest(Some(format!("\"{nearer}\""))))
            }
            _ => Ok(amount),
        }
    }
}

impl Scalar for Duration {
    fn kind(_: Rule) -> &'static str {
        DURATION.name
    }

    fn parse(value: &Value, reading: Reading) -> Result<Self, Refusal> {
        let bounds = match reading.rule {
            Rule::Lasts(min, max) | Rule::OrForever(min, max) => Some((min, max)),
            _ => None,
        };
        DURATION.read(value, bounds)
    }

    fn written(&self) -> Value {
        units::show_duration(*self).into()
    }
}

/// A size in bytes.
impl Scalar for u64 {
    fn kind(_: Rule) -> &'static str {
        SIZE.name
    }

    fn parse(value: &Value, reading: Reading) -> Result<Self, Refusal> {
        let bounds = match reading.rule {
            Rule::Holds(min, max) => Some((min, max)),
            _ => None,
        };
        SIZE.read(value, bounds)
    }

    fn written(&self) -> Value {
        units::show_size(*self).into()
    }
}

impl Scalar for Backfill {
    fn kind(_: Rule) -> &'static str {
        "duration or \"all\""
    }

    fn parse(value: &Value, reading: Reading) -> Result<Self, Refusal> {
        match value.as_str() {
            Some("all") => Ok(Backfill::All),
            _ => <Duration as Scalar>::parse(value, reading).map(Backfill::Within),
        }
    }

    fn written(&self) -> Value {
        match self {
            Backfill::All => "all".into(),
            Backfill::Within(duration) => duration.written(),
        }
    }
}

//! A feed's week as a small picture: articles by hour, Monday to Sunday in UTC, as the path of an inline SVG.

/// Units of the picture, which `status.html` repeats in its `viewBox`.
pub(super) const HEIGHT: f32 = 20.0;
const DAYS: [&str; 7] = ["Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays"];
const HOURS_A_DAY: usize = 24;

/// The outline of the hours above the ground, one unit wide each, the busiest as high as the picture; empty where
/// nothing is known. `by_hour`: as in `Rhythm`, any unit.
pub(super) fn outline(by_hour: &[f32]) -> String {
    let most = by_hour.iter().copied().fold(0.0, f32::max);
    if most <= 0.0 {
        return String::new();
    }
    let mut path = format!("M0 {HEIGHT}");
    let mut last = f32::NAN;
    for (hour, count) in by_hour.iter().enumerate() {
        let top = (HEIGHT * (1.0 - count / most)).round();
        if top != last {
            path.push_str(&format!("H{hour}V{top}"));
            last = top;
        }
    }
    path.push_str(&format!("H{}V{HEIGHT}Z", by_hour.len()));
    path
}

/// The same for those who do not see it: "busiest on Tuesdays at 14:00 UTC".
pub(super) fn in_words(by_hour: &[f32]) -> String {
    let busiest = by_hour.iter().enumerate().max_by(|(_, one), (_, other)| one.total_cmp(other));
    let day = |hour: usize| DAYS.get(hour / HOURS_A_DAY).copied().unwrap_or_default();
    busiest
        .map_or_else(String::new, |(hour, _)| format!("busiest on {} at {:02}:00 UTC", day(hour), hour % HOURS_A_DAY))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_busiest_hour_is_as_high_as_the_picture_and_equal_hours_are_one_step() {
        assert_eq!(outline(&[0.0, 2.0, 1.0, 1.0]), "M0 20H0V20H1V0H2V10H4V20Z");
        assert_eq!((outline(&[]), outline(&[0.0; 168])), (String::new(), String::new()));
    }

    #[test]
    fn the_busiest_hour_is_told_in_words() {
        let mut week = [0.0; 168];
        week[24 + 14] = 3.0;
        assert_eq!(in_words(&week), "busiest on Tuesdays at 14:00 UTC");
    }
}

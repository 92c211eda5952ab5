//! Four weeks of feeds that publish by day, rest by night and do less on weekends: what the learned rhythm costs,
//! and what it brings, beside one fixed interval for all.

use super::*;

const WEEKS: i64 = 4;
const FEEDS: i64 = 120;

/// Numbers in [0, 1) that are the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> f64 {
        self.0 += 1;
        phase(self.0 as i64)
    }
}

/// A feed with its articles' times. Rates are spread evenly over their logarithm: from one in 10 days to 300 a day.
fn published(id: i64) -> Vec<UnixSeconds> {
    let mut dice = Dice(id as u64 * 1_000_003);
    let a_day = 0.1 * 3000_f64.powf(dice.roll());
    let zone = (dice.roll() * 24.0) as i64;
    let mut articles = Vec::new();
    let mut at = NOW as f64;
    let most = a_day * 1.8 / DAY as f64;
    while at < (NOW + WEEKS * 7 * DAY) as f64 {
        // Thinning: candidates at the highest rate, each kept by its hour's share of it.
        at += -(1.0 - dice.roll()).ln() / most;
        let local = at as i64 + zone * HOUR;
        let (hour, weekday) = (local.div_euclid(HOUR).rem_euclid(24), local.div_euclid(DAY).rem_euclid(7));
        let share =
            if (7..22).contains(&hour) { 1.0 } else { 0.08 } * if (2..4).contains(&weekday) { 0.5 } else { 1.0 };
        if dice.roll() < share {
            articles.push(at as i64);
        }
    }
    articles
}

#[derive(Default)]
struct Figures {
    requests: usize,
    useful: usize,
    delays: Vec<UnixSeconds>,
}

impl Figures {
    fn percentile(&mut self, percent: usize) -> UnixSeconds {
        self.delays.sort_unstable();
        self.delays[self.delays.len() * percent / 100]
    }
}

/// Polls each feed, the first week for learning and the rest for the figures.
fn polled(mut next: impl FnMut(&mut Case, UnixSeconds) -> UnixSeconds) -> Figures {
    let mut figures = Figures::default();
    for id in 1..=FEEDS {
        let articles = published(id);
        let mut case = Case::default();
        (case.state.id, case.state.rhythm) = (id, Rhythm::default());
        let (mut seen, mut now) = (0, first_poll_at(id, 1000, NOW));
        while now < NOW + WEEKS * 7 * DAY {
            let new = articles[seen..].iter().take_while(|at| **at <= now).count();
            if now > NOW + 7 * DAY {
                figures.requests += 1;
                figures.useful += usize::from(new > 0);
                figures.delays.extend(articles[seen..seen + new].iter().map(|at| now - at));
            }
            seen += new;
            case.end = if new > 0 { PollEnd::Changed { new_articles: new as u32 } } else { PollEnd::Unchanged };
            case.now = now;
            now = next(&mut case, now);
        }
    }
    figures
}

fn learned(case: &mut Case) -> UnixSeconds {
    let plan = case.plan();
    case.state.rhythm = plan.rhythm;
    plan.next_poll_at.unwrap()
}

#[test]
fn the_learned_rhythm_saves_four_requests_in_ten_at_equal_median_delay() {
    let mut ours = polled(|case, _| learned(case));
    let (median, late) = (ours.percentile(50), ours.percentile(95));
    // The fixed interval whose median delay is the same.
    let mut fixed = polled(|_, now| now + 2 * median);
    let saved = 1.0 - ours.requests as f64 / fixed.requests as f64;
    let days = (FEEDS * (WEEKS - 1) * 7) as usize;
    println!(
        "a feed and day: {} requests, {} % useful; delay {median} s, 95 % within {late} s\n\
         fixed interval: {} requests, {} % useful; delay {} s; saved {:.0} %",
        ours.requests / days,
        ours.useful * 100 / ours.requests,
        fixed.requests / days,
        fixed.useful * 100 / fixed.requests,
        fixed.percentile(50),
        saved * 100.0
    );
    assert!(fixed.percentile(50) >= median - 5, "the comparison is fair");
    assert!(saved >= 0.4, "saved only {saved:.2}");
    assert!(median <= 6 * MINUTE && late <= HOUR, "delays {median} s, {late} s");
}

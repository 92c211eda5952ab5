//! What another program takes, seen from outside: by the kernel's books of it (proc(5)).

use std::{
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

/// The kernel's tick, in seconds.
const TICK: f64 = 0.01;

/// Seconds, and the greatest memory held.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Measured {
    pub(crate) wall: f64,
    pub(crate) cpu: f64,
    pub(crate) peak_mib: u64,
}

impl Measured {
    pub(crate) fn median(runs: impl Iterator<Item = Measured>) -> Measured {
        let mut runs: Vec<Measured> = runs.collect();
        let middle = runs.len() / 2;
        let mut by = |key: fn(&Measured) -> f64| {
            runs.sort_by(|a, b| key(a).total_cmp(&key(b)));
            key(&runs[middle])
        };
        Measured { wall: by(|m| m.wall), cpu: by(|m| m.cpu), peak_mib: by(|m| m.peak_mib as f64) as u64 }
    }
}

#[expect(clippy::disallowed_methods, reason = "a bench measures real time")]
pub(crate) fn now() -> std::time::Instant {
    std::time::Instant::now()
}

/// Runs a program to its end.
pub(crate) fn measure(program: &Path, arguments: &[&str]) -> Measured {
    let (before, began) = (ended_children(), now());
    let mut child = started(program, arguments, Stdio::null());
    let mut measured = Measured::default();
    while child.try_wait().expect("its end").is_none() {
        measured.peak_mib = measured.peak_mib.max(peak_mib(child.id()));
        std::thread::sleep(Duration::from_millis(5));
    }
    measured.wall = began.elapsed().as_secs_f64();
    measured.cpu = ended_children() - before;
    measured
}

pub(crate) fn started(program: &Path, arguments: &[&str], errors: Stdio) -> Child {
    let started =
        Command::new(program).args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(errors).spawn();
    started.expect("the program that was just built")
}

/// CPU seconds of a running program.
pub(crate) fn cpu(process: u32) -> f64 {
    ticks(&format!("/proc/{process}/stat"), 11)
}

/// CPU seconds of all programs that we have started and that have ended.
fn ended_children() -> f64 {
    ticks("/proc/self/stat", 13)
}

/// The sum of two fields of a stat file, counted from behind the name.
fn ticks(path: &str, first: usize) -> f64 {
    let stat = std::fs::read_to_string(path).unwrap_or_default();
    let fields = stat.rsplit_once(") ").map_or("", |(_, fields)| fields).split(' ');
    fields.skip(first).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() * TICK
}

fn peak_mib(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    peak.and_then(|peak| peak.trim().trim_end_matches(" kB").parse::<u64>().ok()).unwrap_or(0) / 1024
}

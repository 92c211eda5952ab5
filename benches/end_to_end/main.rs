//! headlined end to end, beside a floor that does the same with nothing around it: download, feed-rs, insert; a file
//! from memory over hyper.
//!
//! `cargo bench --bench end_to_end` prints the table of ratios (the README says how to read it); `-- --test` goes through
//! it once with few feeds. Programs are measured from outside, in processes of their own; the origin is in this one.

mod floor;
mod measure;
mod origin;
mod serving;

use std::path::{Path, PathBuf};

use self::{
    measure::{Measured, measure},
    origin::Origin,
};

/// What is measured, and how large.
struct Scale {
    feeds: usize,
    rounds: usize,
    requests: usize,
}

#[expect(clippy::print_stdout, reason = "a bench says what it measured")]
fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["floor-poll", address, feeds, store] => {
            return floor::poll(address, feeds.parse().expect("feeds"), Path::new(store));
        }
        ["floor-serve", file] => return floor::serve(Path::new(file)),
        ["--list"] => return,
        _ => {}
    }
    let scale = if arguments.iter().any(|argument| argument == "--test") {
        Scale { feeds: 20, rounds: 1, requests: 50 }
    } else {
        Scale { feeds: 1_000, rounds: 3, requests: 5_000 }
    };
    println!("{} feeds of {} entries, the median of {}", scale.feeds, origin::ENTRIES, scale.rounds);
    println!("| case | floor CPU | CPU | ratio | floor wall | wall | ratio | floor peak | peak |");
    println!("|---|---|---|---|---|---|---|---|---|");
    let folder = tempfile::tempdir().expect("a folder");
    polls(&scale, folder.path());
    println!("\n| served | floor CPU a request | CPU a request | ratio |");
    println!("|---|---|---|---|");
    serving::table(&scale, folder.path());
}

/// Polls of an empty store and of a full one; the store of the last round stays in `folder`.
#[expect(clippy::print_stdout, reason = "a bench says what it measured")]
fn polls(scale: &Scale, folder: &Path) {
    const CASES: [&str; 4] = ["cold", "unchanged, 304", "5 % changed, others 304", "unchanged, 200"];
    let mut measured: [Vec<(Measured, Measured)>; 4] = Default::default();
    for _ in 0..scale.rounds {
        let origin = Origin::start(scale.feeds);
        let (floor, ours) = (folder.join("floor.db"), Contender::new(folder, &origin.address, scale.feeds));
        for end in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{end}", floor.display())); // the first round has none
            let _ = std::fs::remove_file(format!("{}{end}", ours.store.display()));
        }
        for (case, measured) in measured.iter_mut().enumerate() {
            origin.validates(case != 3);
            if case == 2 {
                origin.publish();
            }
            let arguments = ["floor-poll", &origin.address, &scale.feeds.to_string(), &floor.display().to_string()];
            measured.push((
                measure(&own(), &arguments),
                measure(&headlined(), &ours.arguments(&["poll", "--all", "--json"])),
            ));
        }
    }
    for (case, runs) in CASES.iter().zip(measured) {
        let floor = Measured::median(runs.iter().map(|run| run.0));
        let ours = Measured::median(runs.iter().map(|run| run.1));
        println!(
            "| {case} | {:.2} s | {:.2} s | {:.2} | {:.2} s | {:.2} s | {:.2} | {} MiB | {} MiB |",
            floor.cpu,
            ours.cpu,
            ours.cpu / floor.cpu,
            floor.wall,
            ours.wall,
            ours.wall / floor.wall,
            floor.peak_mib,
            ours.peak_mib
        );
    }
}

/// headlined with a configuration and a store of its own.
struct Contender {
    config: PathBuf,
    store: PathBuf,
}

impl Contender {
    fn new(folder: &Path, origin: &str, feeds: usize) -> Self {
        let (config, store) = (folder.join("headlined.toml"), folder.join("headlined.db"));
        let mut text = format!(
            "[server]\nlisten = \"127.0.0.1:0\"\n[store]\npath = \"{}\"\n[fetch]\nallow_private_addresses = true\nper_host = 64\nhost_pause = \"0s\"\n\
             [[output]]\nname = \"all\"\nlimit = 1000\nedition_interval = \"1s\"\n",
            store.display()
        );
        for feed in 0..feeds {
            text.push_str(&format!("[[feed]]\nname = \"f{feed}\"\nurl = \"http://{origin}/{feed}\"\n"));
        }
        std::fs::write(&config, text).expect("a configuration");
        Self { config, store }
    }

    fn arguments<'a>(&'a self, words: &[&'a str]) -> Vec<&'a str> {
        [&["--config", self.config.to_str().expect("a path in UTF-8")], words].concat()
    }
}

fn headlined() -> PathBuf {
    env!("CARGO_BIN_EXE_headlined").into()
}

fn own() -> PathBuf {
    std::env::current_exe().expect("the bench itself")
}

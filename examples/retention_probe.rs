//! What retention costs a store, for `benches/growth.py`: one step of it, as the writer takes it.
//!
//!     retention_probe STORE SECONDS ARTICLES
//!
//! Turns up to ARTICLES that are older than SECONDS into tombstones and prints how many those were and the CPU seconds.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a measuring tool")]

use headlined::{
    clock::Clock,
    store::{Keep, Store},
};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [path, seconds, articles] = &arguments[..] else { panic!("usage: retention_probe STORE SECONDS ARTICLES") };
    let now = Clock::System.now();
    let keep = Keep { since_at: Some(now - seconds.parse::<i64>().unwrap()), ..Keep::default() };
    let mut store = Store::open(std::path::Path::new(path)).unwrap();
    let before = cpu();
    let pruned = store.prune(&keep, now, articles.parse().unwrap()).unwrap();
    println!("{} {:.6}", pruned.len(), cpu() - before);
}

/// CPU seconds of this thread so far, as Linux counts them.
fn cpu() -> f64 {
    let counted = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    counted.split(' ').next().unwrap().parse::<f64>().unwrap() / 1e9
}

//! The command line: arguments, wiring, exit codes. `main` calls [`run()`] and nothing else.
//!
//! A verb is a file. Exit status: 0 it was done (failed feeds are outcomes), 1 it could not be done, 2 bad usage or a bad
//! configuration (systemd does not restart on 2).

mod backup;
mod check;
mod correct;
mod demo;
mod doctor;
mod feeds;
mod health;
mod inspect;
mod live;
mod log;
mod manual;
mod opml;
mod poll;
mod print;
mod run;
mod service;
mod signals;
mod why;
mod wiring;
mod withdraw;

use std::{ffi::OsString, path::PathBuf, process::ExitCode};

use clap::{CommandFactory, Parser, Subcommand};

use crate::{
    config::{self, Environment},
    model::Withdrawal,
};

/// Every headline, once: polls world-news feeds, recognizes the same story across them, publishes one merged feed.
#[derive(Debug, Parser)]
#[command(name = "headlined", version, about, max_term_width = 100, after_help = EXAMPLES)]
struct Arguments {
    /// The configuration file [default: ./config/headlined.toml, /etc/headlined/headlined.toml, else built in]
    #[arg(long, short, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    verb: Option<Verb>,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Poll, publish and serve until told to stop (what `headlined` alone does)
    Run,
    /// Poll what is due once, then exit; through the running headlined, if one holds the store
    Poll {
        /// Poll feeds that are not due too (never sooner than a host's Retry-After, never what is gone)
        #[arg(long, conflicts_with = "feeds")]
        all: bool,
        /// Print one JSON object instead of words
        #[arg(long)]
        json: bool,
        /// Names of feeds, as configured; a feed that is gone (410) is tried again
        #[arg(value_name = "FEED")]
        feeds: Vec<String>,
    },
    /// Say everything that is wrong with the configuration
    Check {
        /// Print the configuration that is in effect, with every default; secrets hidden
        #[arg(long)]
        print: bool,
    },
    /// List the feeds: state, last and next poll and why, articles held, last error
    Feeds {
        /// Delete a feed that is no longer configured, with its articles (without this they stay until retention)
        #[arg(long, value_name = "NAME", conflicts_with = "json")]
        forget: Option<String>,
        /// Print JSON instead of a table
        #[arg(long)]
        json: bool,
    },
    /// Copy the store into a new file, while headlined runs, and verify the copy
    Backup {
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Put a backup in the store's place, and keep the old store beside it; headlined must not run
    Restore {
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Look at everything that headlined depends on, and say what to do about what is wrong
    Doctor,
    /// Ask the running headlined whether it is well: exit status 0 or 1
    Health,
    /// Show what headlined understands of a feed: entries, where each field came from, what had to be mended
    Inspect {
        /// An address, a file, or - for standard input
        #[arg(value_name = "URL|FILE")]
        what: String,
        /// Print JSON instead of words
        #[arg(long)]
        json: bool,
    },
    /// List the feeds of a site, as sections to paste into the configuration
    Discover {
        #[arg(value_name = "URL")]
        address: String,
    },
    /// Say what an article was joined to and why, and what it was near to and why not
    Why {
        /// The id of a merged entry, or the address of an article
        #[arg(value_name = "URL|ID")]
        what: String,
    },
    /// Take an article back: its text leaves feeds, pages, history and store at once
    Withdraw {
        /// The id of an entry, or the address of an article
        #[arg(value_name = "ID|URL")]
        what: String,
        /// For legal reasons: nothing of it stays, and its page answers 451
        #[arg(long)]
        legal: bool,
    },
    /// Take an article out of its copies and its story, for good: it was no copy
    Split {
        /// The id of an article as `why` shows it, or its address
        #[arg(value_name = "URL|ID")]
        what: String,
        /// It is what its copies are, and only not of their story: all of them leave it
        #[arg(long)]
        story: bool,
    },
    /// Make two articles copies of each other, for good: they have the same text
    Join {
        /// The id of an article as `why` shows it, or its address
        #[arg(value_name = "URL|ID")]
        one: String,
        #[arg(value_name = "URL|ID")]
        other: String,
        /// They only tell of the same event: two reports of one story
        #[arg(long)]
        story: bool,
    },
    /// Add the feeds of an OPML file to the configuration file, keeping its comments and layout
    Import {
        #[arg(value_name = "OPML")]
        file: PathBuf,
        /// Print what would be added, and change nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Print the configured feeds as OPML (private ones left out)
    Export,
    /// Show everything at work on invented feeds: no network, no configuration, nothing left behind
    Demo,
    /// Print completions for a shell
    Completions {
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
    /// Write what a package needs into a folder: manual pages, completions, the configuration for a service
    #[command(hide = true)]
    Man {
        #[arg(value_name = "DIR")]
        folder: PathBuf,
    },
}

const EXAMPLES: &str = "\
Examples:
  headlined                       run on the configuration found, or on the built-in list of feeds
  headlined check                 is the configuration right?
  headlined poll --all            ask every feed once, and say what came of it
  headlined feeds                 how is each feed doing?
  headlined demo                  see it at work on invented feeds, without a network

Configuration: --config, $HEADLINED_CONFIG, ./config/headlined.toml, /etc/headlined/headlined.toml, else built in.
Environment:   HEADLINED_LISTEN, HEADLINED_BASE_URL, HEADLINED_STORE override the configuration;
               HEADLINED_LOG sets what is logged (error, warn, info, debug, trace).";

/// Runs the program with these arguments.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(refusal) => {
            let _ = refusal.print(); // a closed pipe is no failure of ours
            return if refusal.use_stderr() { ExitCode::from(2) } else { ExitCode::SUCCESS };
        }
    };
    match obey(arguments) {
        Ok(code) => code,
        Err(failure) => {
            print::error(&failure.words);
            failure.code
        }
    }
}

fn obey(arguments: Arguments) -> Result<ExitCode, Failure> {
    let environment = Environment::read();
    let found = config::locate(arguments.config.as_deref(), &environment);
    match arguments.verb.unwrap_or(Verb::Run) {
        Verb::Run => run::run(&found, &environment),
        Verb::Poll { all, json, feeds } => poll::poll(&found, &environment, &poll::Asked { all, json, feeds }),
        Verb::Check { print } => check::check(&found, &environment, print),
        Verb::Feeds { forget: Some(name), .. } => feeds::forget(&found, &environment, &name),
        Verb::Backup { file } => backup::backup(&found, &environment, &file),
        Verb::Restore { file } => backup::restore(&found, &environment, &file),
        Verb::Doctor => doctor::doctor(&found, &environment),
        Verb::Feeds { json, .. } => feeds::feeds(&found, &environment, json),
        Verb::Health => health::health(&found, &environment),
        Verb::Inspect { what, json } => inspect::inspect(&found, &environment, &what, json),
        Verb::Discover { address } => inspect::discover(&found, &environment, &address),
        Verb::Why { what } => why::why(&found, &environment, &what),
        Verb::Withdraw { what, legal } => {
            withdraw::withdraw(&found, &environment, Withdrawal { what, is_legal: legal })
        }
        Verb::Split { what, story } => correct::split(&found, &environment, &what, story),
        Verb::Join { one, other, story } => correct::join(&found, &environment, [&one, &other], story),
        Verb::Import { file, dry_run } => opml::import(&found, &file, dry_run),
        Verb::Export => opml::export(&found, &environment),
        Verb::Demo => demo::demo(&environment),
        Verb::Completions { shell } => {
            print::out(&String::from_utf8_lossy(&manual::completions(shell, Arguments::command())));
            Ok(ExitCode::SUCCESS)
        }
        Verb::Man { folder } => manual::write(&folder, &Arguments::command()),
    }
}

/// Why a verb could not do its work: what, where, and what to do.
#[derive(Debug)]
struct Failure {
    words: String,
    code: ExitCode,
}

impl Failure {
    /// The configuration or the usage is wrong: trying again does not help.
    fn usage(words: impl std::fmt::Display) -> Self {
        Self { words: words.to_string(), code: ExitCode::from(2) }
    }
}

impl<E: std::fmt::Display> From<E> for Failure {
    fn from(error: E) -> Self {
        Self { words: format!("{error:#}"), code: ExitCode::FAILURE }
    }
}

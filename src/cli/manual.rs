//! `headlined man DIR`: what a package needs that follows from the program itself, so that it cannot say otherwise.
//!
//! Manual pages from the command line's own definition and from the table of configuration keys, completions, and the
//! annotated configuration with the store where the service keeps it. `.ci/package` calls it; it is not in the help.

use std::{fmt::Write, fs, path::Path, process::ExitCode};

use clap::Command;
use clap_complete::Shell;

use super::Failure;
use crate::config::{self, Row};

/// Where the unit's `StateDirectory=` is: root's verbs find the service's store without being told.
const STORE: &str = "path = \"/var/lib/headlined/headlined.db\"";

const FILES: &str = r"
.SH FILES
.TP
.I /etc/headlined/headlined.toml
The configuration; \fBheadlined.toml\fR(5) has every key.
.TP
.I /var/lib/headlined/headlined.db
The store of the service: one SQLite file, with its \fI\-wal\fR beside it while headlined runs.
.SH SIGNALS
.TP
.B SIGHUP
Reads the configuration anew; a bad one changes nothing.
.TP
.BR SIGTERM ,\~ SIGINT
Ends it: what is being settled is finished, what was under way is polled again at the next start.
.SH EXIT STATUS
0: it was done (feeds that failed are outcomes). 1: it could not be done. 2: bad usage or configuration.
.SH SEE ALSO
.BR headlined.toml (5),
.BR systemctl (1),
.BR journalctl (1)
";

const ABOUT_CONFIGURATION: &str = r"
.SH NAME
headlined.toml \- configuration of headlined(1)
.SH DESCRIPTION
A TOML file, found by \fB\-\-config\fR, $HEADLINED_CONFIG, ./config/headlined.toml, /etc/headlined/headlined.toml, else the one that is built in.
\fBheadlined check\fR tells all that is wrong with it at once; \fBheadlined check \-\-print\fR shows what is in force.
.PP
Units are written out: durations in ms, s, m, h or d (\(dq30s\(dq), sizes in B, KiB, MiB or GiB (\(dq10MiB\(dq).
Lists may be written as the one value that they hold. Relative paths start from the folder of the file.
";

pub(super) fn write(folder: &Path, command: &Command) -> Result<ExitCode, Failure> {
    let file = |name: &str, content: &[u8]| -> Result<(), Failure> {
        let path = folder.join(name);
        fs::write(&path, content).map_err(|error| format!("cannot write {}: {error}", path.display()).into())
    };
    fs::create_dir_all(folder).map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
    file("headlined.1", &of_commands(command)?)?;
    file("headlined.toml.5", of_configuration(&config::rows()).as_bytes())?;
    file("headlined.toml", for_a_service()?.as_bytes())?;
    for (name, shell) in [("headlined.bash", Shell::Bash), ("_headlined", Shell::Zsh), ("headlined.fish", Shell::Fish)]
    {
        file(name, &completions(shell, command.clone()))?;
    }
    Ok(ExitCode::SUCCESS)
}

pub(super) fn completions(shell: Shell, mut command: Command) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command, "headlined", &mut script);
    script
}

/// headlined(1), with every verb's own options: one page is found, twenty are not.
fn of_commands(command: &Command) -> Result<Vec<u8>, Failure> {
    let mut command = command.clone();
    command.build();
    let page = clap_mangen::Man::new(command.clone()).manual("Headlined");
    let mut text = Vec::new();
    page.render_title(&mut text)?;
    page.render_name_section(&mut text)?;
    page.render_synopsis_section(&mut text)?;
    page.render_description_section(&mut text)?;
    page.render_options_section(&mut text)?;
    text.extend(b".SH VERBS\n");
    for verb in command.get_subcommands().filter(|verb| !verb.is_hide_set() && verb.get_name() != "help") {
        text.extend(of_verb(verb).as_bytes());
    }
    let examples = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    text.extend(as_printed("EXAMPLES", examples.trim_start_matches("Examples:\n")).as_bytes());
    text.extend(FILES.trim_start().as_bytes());
    Ok(text)
}

fn of_verb(verb: &Command) -> String {
    let mut usage = verb.get_name().to_owned();
    for argument in verb.get_positionals() {
        let name = argument.get_value_names().and_then(|names| names.first()).map_or("", |name| name.as_str());
        let name = if argument.is_required_set() { name.to_owned() } else { format!("[{name}]") };
        write_to(&mut usage, format_args!(" {name}"));
    }
    let about = verb.get_about().map(ToString::to_string).unwrap_or_default();
    let mut text = format!(".TP\n\\fB{}\\fR\n{}.\n", escaped(&usage), escaped(&about));
    let own = verb.get_arguments().filter(|argument| !argument.is_global_set() && argument.get_id() != "help");
    for option in own.filter(|argument| argument.get_long().is_some()) {
        let mut name = option.get_long().unwrap_or_default().to_owned();
        let value = option.get_value_names().and_then(|names| names.first());
        if let Some(value) = value.filter(|_| option.get_action().takes_values()) {
            write_to(&mut name, format_args!(" {value}"));
        }
        let help = option.get_help().map(ToString::to_string).unwrap_or_default();
        write_to(&mut text, format_args!(".RS\n.TP\n\\fB\\-\\-{}\\fR\n{}.\n.RE\n", escaped(&name), escaped(&help)));
    }
    text
}

/// A section whose lines stay as they are.
fn as_printed(heading: &str, lines: &str) -> String {
    let lines: Vec<String> = lines.lines().map(escaped).collect();
    format!(".SH {heading}\n.nf\n{}\n.fi\n", lines.join("\n"))
}

fn of_configuration(rows: &[Row]) -> String {
    let version = env!("CARGO_PKG_VERSION");
    let mut text = format!(".TH headlined.toml 5 \"\" \"headlined {version}\" \"Headlined\"{ABOUT_CONFIGURATION}");
    let mut section = "";
    for row in rows {
        if row.section != section {
            section = row.section;
            let heading =
                if ["feed", "output"].contains(&section) { format!("[[{section}]]") } else { format!("[{section}]") };
            write_to(&mut text, format_args!(".SH \"{heading}\"\n{}\n", escaped(row.section_text)));
        }
        let default = match (row.default, row.required) {
            (Some(default), _) => format!("Default: {default}."),
            (None, true) => "Required.".into(),
            (None, false) => "Not set unless written.".into(),
        };
        let (name, kind) = (escaped(row.name), escaped(&row.kind));
        let (words, default, example) = (escaped(row.text), escaped(&default), escaped(row.example));
        write_to(&mut text, format_args!(".TP\n\\fB{name}\\fR ({kind})\n{words}\n{default} Example: {example}.\n"));
    }
    text.push_str(".SH SEE ALSO\n.BR headlined (1)\n");
    text
}

/// The built-in configuration, with the store where the unit keeps it.
fn for_a_service() -> Result<String, Failure> {
    let commented = format!("#{STORE}\n");
    match config::BUILT_IN.contains(&commented) {
        true => Ok(config::BUILT_IN.replacen(&commented, &format!("{STORE}\n"), 1)),
        false => Err("the built-in configuration no longer shows [store] path as the unit keeps it".into()),
    }
}

/// Text as troff takes it: no escapes, no request at the start of a line, hyphens that can be copied.
fn escaped(text: &str) -> String {
    let text = text.replace('\\', "\\e").replace('-', "\\-").replace('\'', "\\(aq").replace('"', "\\(dq");
    if text.starts_with('.') { format!("\\&{text}") } else { text }
}

fn write_to(text: &mut String, content: std::fmt::Arguments<'_>) {
    let _ = text.write_fmt(content); // writing to a String cannot fail
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_manual_names_every_verb_and_every_key() {
        let command = super::super::Arguments::command();
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), &command).unwrap();
        let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
        let page = read("headlined.1");
        for verb in command.get_subcommands().filter(|verb| !verb.is_hide_set()) {
            assert!(
                page.contains(&format!("\\fB{}", verb.get_name())),
                "headlined.1 does not name {}",
                verb.get_name()
            );
        }
        let page = read("headlined.toml.5");
        for row in config::rows() {
            assert!(page.contains(&format!("\\fB{}\\fR (", escaped(row.name))), "headlined.toml.5 lacks {}", row.name);
        }
        let configuration = read("headlined.toml");
        let environment = config::Environment::default();
        let (settings, _) = config::parse(&configuration, "headlined.toml", &environment).unwrap();
        assert_eq!(settings.store.path, Some("/var/lib/headlined/headlined.db".into()));
    }
}

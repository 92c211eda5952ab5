use std::process::ExitCode;

fn main() -> ExitCode {
    headlined::cli::run(std::env::args_os())
}

//! The program: everything it does is in the library, so that the tests do the same.

use std::process::ExitCode;

fn main() -> ExitCode {
    frontdesk::cli::main()
}

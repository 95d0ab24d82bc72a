//! `cargo xtask generate`: a database full of a chain that is made up, for measuring.

use crate::{
    build, guests,
    shell::{Outcome, command, execute},
};

pub fn run(arguments: &[String]) -> Outcome {
    let built = build::release()?;
    guests::build(&built.server)?;
    execute(command(&built.generate).args(arguments))
}

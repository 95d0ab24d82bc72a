//! A compiler for `wasm32-unknown-unknown`: rustup's where it has the target or can add it, else
//! Debian's, with which the standard library is built from source.

use crate::shell::{Outcome, apt_install, capture, cargo, command, find_program, target};
use std::{
    path::{Path, PathBuf},
    process::Command,
};

pub const TARGET: &str = "wasm32-unknown-unknown";
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_PACKAGES: [&str; 3] = ["rustc-web", "rust-web-src", "lld-16"];

pub enum Compiler {
    /// The active toolchain has the target.
    Active,
    Debian {
        linker: PathBuf,
    },
}

impl Compiler {
    pub fn find() -> Outcome<Compiler> {
        if active_has_target() {
            return Ok(Compiler::Active);
        }
        let added = capture(command("rustup").args(["target", "add", TARGET]));
        if added.is_ok() && active_has_target() {
            return Ok(Compiler::Active);
        }
        if let Some(linker) = debian_linker() {
            return Ok(Compiler::Debian { linker });
        }
        let installed = apt_install(&DEBIAN_PACKAGES);
        if let Some(linker) = debian_linker() {
            return Ok(Compiler::Debian { linker });
        }
        Err(format!(
            "the plugins need a Rust compiler for {TARGET}, and none could be had.\n\
             Run `rustup target add {TARGET}`, or on Debian `apt-get install {}`, and try again.\n\
             Tried: {}\nand: {}",
            DEBIAN_PACKAGES.join(" "),
            added.err().unwrap_or_default(),
            installed.err().unwrap_or_default(),
        ))
    }

    /// `cargo build` for the target, into a folder of its own: other flags, other artefacts.
    pub fn cargo_build(&self) -> Command {
        let mut build = cargo();
        build.args(["build", "--locked", "--profile", "guest", "--target", TARGET]);
        build.arg("--target-dir").arg(target_folder());
        if let Compiler::Debian { linker } = self {
            build.env("RUSTC", DEBIAN_RUSTC).env("RUSTC_BOOTSTRAP", "1");
            build.arg("-Zbuild-std=std,panic_abort");
            build
                .arg("--config")
                .arg(format!("target.{TARGET}.linker={:?}", linker.display().to_string()));
        }
        build
    }

    /// Where the modules it built are.
    pub fn modules(&self) -> PathBuf {
        target_folder().join(TARGET).join("guest")
    }
}

fn target_folder() -> PathBuf {
    target().join("guests")
}

fn active_has_target() -> bool {
    let folder = capture(command("rustc").args(["--print", "target-libdir", "--target", TARGET]));
    folder.is_ok_and(|folder| Path::new(&folder).is_dir())
}

fn debian_linker() -> Option<PathBuf> {
    let sysroot = capture(command(DEBIAN_RUSTC).args(["--print", "sysroot"])).ok()?;
    let source = Path::new(&sysroot).join("lib/rustlib/src/rust/library/std/Cargo.toml");
    let linkers = (14..40).rev().map(|version| format!("wasm-ld-{version}"));
    let linker = std::iter::once("wasm-ld".to_owned())
        .chain(linkers)
        .find_map(|name| find_program(&name))?;
    source.is_file().then_some(linker)
}

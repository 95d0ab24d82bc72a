//! The component's side: exports and the one import.

use crate::{run, wire};
use regulars_guest::Guest;

/// Generated from `sdk/wit/v1`.
pub mod bindings {
    wit_bindgen::generate!({
        path: "../wit/v1",
        world: "plugin",
        pub_export_macro: true,
        export_macro_name: "export_plugin",
        default_bindings_module: "regulars_sdk::guest::bindings",
        runtime_path: "::regulars_sdk::wit_bindgen::rt",
    });
}

pub use bindings::export_plugin;
use bindings::exports::regulars::plugin::rules as regulars_guest;

impl<R: run::Rules> Guest for R {
    fn decide(call: wire::Call) -> wire::Answer {
        log_panics();
        run::decide::<R>(&call)
    }

    fn check_settings(call: wire::Call) -> wire::Complaints {
        log_panics();
        run::check_settings::<R>(&call)
    }
}

/// A trap carries no text, so a panic says what and where before it becomes one.
fn log_panics() {
    std::panic::set_hook(Box::new(|panic| {
        bindings::regulars::plugin::host::log(&panic.to_string());
    }));
}

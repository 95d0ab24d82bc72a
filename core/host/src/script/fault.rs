//! Rhai's errors as ours.

use crate::load::ScriptError;
use regulars_model::{PluginFault, decide::PluginFaultCode};
use rhai::{EvalAltResult, ParseError, Position};

pub(super) fn compile(error: &ParseError) -> ScriptError {
    ScriptError::at(error.position(), error.err_type().to_string())
}

/// A failed run. `given` is the fault of a native function, where one made it fail.
pub(super) fn run(error: EvalAltResult, given: Option<PluginFault>, source: &str) -> PluginFault {
    let mut error = error;
    let mut position = error.position();
    while let EvalAltResult::ErrorInFunctionCall(_, _, inner, _) = error {
        error = *inner;
        position = if error.position().is_none() { position } else { error.position() };
    }
    let (code, message) = match given {
        Some(fault) => (fault.code, fault.message),
        None => (code(&error), message(&mut error)),
    };
    PluginFault { code, message: format!("{}{message}{}", place(position), line(position, source)) }
}

fn code(error: &EvalAltResult) -> PluginFaultCode {
    match error {
        EvalAltResult::ErrorTooManyOperations(_) => PluginFaultCode::OutOfFuel,
        EvalAltResult::ErrorDataTooLarge(..) => PluginFaultCode::OutOfMemory,
        EvalAltResult::ErrorStackOverflow(_) | EvalAltResult::ErrorTooManyVariables(_) => {
            PluginFaultCode::LimitExceeded
        }
        _ => PluginFaultCode::Panicked,
    }
}

fn message(error: &mut EvalAltResult) -> String {
    let _ = error.take_position();
    error.to_string()
}

fn place(position: Position) -> String {
    match (position.line(), position.position()) {
        (Some(line), Some(column)) => format!("line {line}, column {column}: "),
        (Some(line), None) => format!("line {line}: "),
        _ => String::new(),
    }
}

fn line(position: Position, source: &str) -> String {
    let line = position.line().and_then(|line| source.lines().nth(line - 1));
    line.map_or_else(String::new, |line| format!(" in `{}`", line.trim()))
}

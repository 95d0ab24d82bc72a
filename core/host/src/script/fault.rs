//! Rhai's errors as ours.

use super::bounded::written;
use crate::{fault::brief, load::ScriptError};
use regulars_model::{PluginFault, decide::PluginFaultCode, limits};
use rhai::{AST, ASTNode, EvalAltResult, ParseError, Position, Stmt};

pub(super) fn compile(error: &ParseError) -> ScriptError {
    ScriptError::at(error.position(), error.err_type().to_string())
}

/// A script, and the function of it that was called.
pub(super) struct Script<'s> {
    pub(super) file: &'s str,
    pub(super) source: &'s str,
    pub(super) ast: &'s AST,
    pub(super) function: &'s str,
}

/// A failed run. `given` is the fault of a native function or of the meter, where one made it fail.
pub(super) fn run(
    error: EvalAltResult,
    given: Option<PluginFault>,
    script: &Script<'_>,
) -> PluginFault {
    let mut error = error;
    let mut position = error.position();
    let mut function = script.function.to_owned();
    while let EvalAltResult::ErrorInFunctionCall(name, _, inner, _) = error {
        error = *inner;
        function = name;
        position = if error.position().is_none() { position } else { error.position() };
    }
    let (code, message) = match given {
        Some(fault) => (fault.code, fault.message),
        None => (code(&error), message(&mut error)),
    };
    // What breaks a limit in the function that was called has lost its place.
    let position = match position.is_none() {
        true => only_loop(&function, script.ast)
            .filter(|_| code == PluginFaultCode::OutOfFuel)
            .unwrap_or_else(|| begin_of(&function, script.source)),
        false => position,
    };
    let (place, line) = (place(position, script.file), line(position, script.source));
    PluginFault { code, message: format!("{place}{}{line}", brief(message)) }
}

fn code(error: &EvalAltResult) -> PluginFaultCode {
    match error {
        EvalAltResult::ErrorDataTooLarge(..) => PluginFaultCode::OutOfMemory,
        EvalAltResult::ErrorStackOverflow(_) | EvalAltResult::ErrorTooManyVariables(_) => {
            PluginFaultCode::LimitExceeded
        }
        _ => PluginFaultCode::ScriptError,
    }
}

/// Where so many operations can only have been made.
fn only_loop(function: &str, ast: &AST) -> Option<Position> {
    let mut alone = ast.clone_functions_only();
    alone.retain_functions(|_, _, name, _| name == function);
    let mut loops = Vec::new();
    alone.walk(&mut |path| {
        if let Some(ASTNode::Stmt(Stmt::While(_, at) | Stmt::Do(_, _, at) | Stmt::For(_, at))) =
            path.last()
        {
            loops.push(*at);
        }
        true
    });
    match loops[..] {
        [only] => Some(only),
        _ => None,
    }
}

fn begin_of(function: &str, source: &str) -> Position {
    let begins = format!("fn {function}(");
    let found = source.lines().zip(1..).find(|(line, _)| line.contains(&begins));
    found.map_or(Position::NONE, |(_, line)| Position::new(line, 0))
}

fn message(error: &mut EvalAltResult) -> String {
    // A list or record that is thrown may name one large text many times.
    if let EvalAltResult::ErrorRuntime(thrown, _) = error
        && !thrown.is_string()
    {
        return format!("Runtime error: {}", written(thrown));
    }
    let _ = error.take_position();
    error.to_string()
}

fn place(position: Position, file: &str) -> String {
    match (position.line(), position.position()) {
        (Some(line), Some(column)) => format!("{file}:{line}:{column}: "),
        (Some(line), None) => format!("{file}:{line}: "),
        _ => format!("{file}: "),
    }
}

fn line(position: Position, source: &str) -> String {
    let line = position.line().and_then(|line| source.lines().nth(line - 1));
    let line =
        line.map(str::trim).filter(|line| line.chars().count() <= limits::SOURCE_LINE_CHARS_MAX);
    line.map_or_else(String::new, |line| format!(" in `{line}`"))
}

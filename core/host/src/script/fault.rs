//! Rhai's errors as ours.

use super::{bounded::written, compare, lint::parse, sentences};
use crate::load::ScriptError;
use regulars_model::{PluginFault, decide::PluginFaultCode, limits, said::Said, text::Bilingual};
use rhai::{AST, ASTNode, EvalAltResult, ParseError, Position, Stmt};

pub(super) fn compile(error: &ParseError) -> ScriptError {
    let said = parse::said(error.err_type());
    let en = error.err_type().to_string();
    ScriptError::at(error.position(), Bilingual { en, ..said.text })
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
        None => {
            let chinese = said(&error).text;
            (code(&error), Bilingual { en: message(&mut error), ..chinese })
        }
    };
    // What breaks a limit in the function that was called has lost its place.
    let position = match position.is_none() {
        true => only_loop(&function, script.ast)
            .filter(|_| code == PluginFaultCode::OutOfFuel)
            .unwrap_or_else(|| begin_of(&function, script.source)),
        false => position,
    };
    let (place, line) = (place(position, script.file), line(position, script.source));
    PluginFault { code, message: placed(place, message.brief(), line) }
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

/// In Chinese; on record stands what Rhai itself says, in English.
fn said(error: &EvalAltResult) -> Said {
    use EvalAltResult as Error;
    match error {
        Error::ErrorFunctionNotFound(name, _) => sentences::no_function(name),
        Error::ErrorVariableNotFound(name, _) => sentences::no_variable(name),
        Error::ErrorPropertyNotFound(name, _) => sentences::no_property(name),
        Error::ErrorIndexNotFound(index, _) => sentences::no_index(written(index)),
        Error::ErrorArrayBounds(length, index, _) => sentences::out_of_bounds(*index, *length),
        Error::ErrorStringBounds(length, index, _) => sentences::out_of_bounds(*index, *length),
        Error::ErrorArithmetic(message, _) => sentences::arithmetic(message),
        Error::ErrorMismatchDataType(expected, found, _)
        | Error::ErrorMismatchOutputType(expected, found, _) => {
            sentences::other_type(expected, found)
        }
        Error::ErrorAssignmentToConstant(name, _) => sentences::constant(name),
        Error::ErrorDataTooLarge(what, _) => sentences::data_too_large(what),
        Error::ErrorStackOverflow(_) => crate::sentences::nests_too_deeply(),
        Error::ErrorTooManyVariables(_) => sentences::too_many_variables(),
        Error::ErrorRuntime(thrown, _) => {
            let message = match thrown.as_immutable_string_ref() {
                Ok(text) => text.to_string(),
                Err(_) => written(thrown),
            };
            compare::find_said(&message).unwrap_or_else(|| sentences::thrown(message))
        }
        other => sentences::fails(other.to_string()),
    }
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

fn placed(place: String, message: Bilingual, line: Option<&str>) -> Bilingual {
    match line {
        Some(line) => sentences::in_line(place, message, line).text,
        None => Bilingual {
            en: format!("{place}{}", message.en),
            zh_cn: format!("{place}{}", message.zh_cn),
        },
    }
}

fn line(position: Position, source: &str) -> Option<&str> {
    let line = position.line().and_then(|line| source.lines().nth(line - 1));
    line.map(str::trim).filter(|line| line.chars().count() <= limits::SOURCE_LINE_CHARS_MAX)
}

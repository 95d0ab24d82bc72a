//! What keeps a script from being one. The parser stops at the first.

use super::sentences;
use regulars_model::{
    finding::{Finding, Place},
    limits,
    said::Said,
};
use rhai::{LexError, ParseError, ParseErrorType};

pub(super) fn fault(file: &str, source: &str, error: &ParseError) -> Finding {
    let position = error.position();
    let (line, column) =
        (position.line().unwrap_or_default(), position.position().unwrap_or_default());
    let place = Place::at(file, source, line, column);
    match fraction(&place.source, column) {
        Some(column) => Finding::error(Place { column, ..place }, sentences::no_fractions()),
        None => Finding::error(place, said(error.err_type())),
    }
}

/// Where the digits and the dot begin that the parser stumbled over.
fn fraction(line: &str, column: usize) -> Option<usize> {
    let letters: Vec<char> = line.chars().collect();
    let digit = |at: usize| letters.get(at).is_some_and(char::is_ascii_digit);
    let dots = (1..letters.len()).filter(|at| letters[*at] == '.');
    let mut numbers = dots.filter(|at| digit(at - 1) && digit(at + 1)).map(|dot| {
        let begins = (0..dot).rev().take_while(|at| digit(*at)).last().unwrap_or(dot);
        let ends = (dot + 1..letters.len()).take_while(|at| digit(*at)).last().unwrap_or(dot);
        (begins + 1, ends + 1)
    });
    numbers.find(|(begins, ends)| (*begins..=*ends + 1).contains(&column)).map(|(begins, _)| begins)
}

pub(in crate::script) fn said(error: &ParseErrorType) -> Said {
    match error {
        ParseErrorType::UnexpectedEOF => sentences::unexpected_end(),
        ParseErrorType::MissingToken(token, note) => sentences::missing_token(token, note),
        ParseErrorType::VariableUndefined(name) => sentences::no_variable(name),
        ParseErrorType::Reserved(word) => sentences::reserved(word),
        ParseErrorType::BadInput(LexError::ImproperSymbol(word, _)) => match word.as_str() {
            "print" | "debug" => sentences::no_print(word),
            _ => sentences::reserved(word),
        },
        ParseErrorType::ForbiddenVariable(name) => sentences::forbidden(name),
        ParseErrorType::AssignmentToConstant(name) => sentences::constant_assigned(name),
        ParseErrorType::FnDuplicatedDefinition(name, _) => sentences::function_twice(name),
        ParseErrorType::ExprTooDeep => sentences::too_deep(),
        ParseErrorType::TooManyFunctions => {
            sentences::too_many_functions(limits::RHAI_FUNCTIONS_MAX)
        }
        ParseErrorType::PropertyExpected => sentences::property_expected(),
        ParseErrorType::ExprExpected(_) => sentences::expression_expected(),
        other => sentences::syntax(other.to_string()),
    }
}

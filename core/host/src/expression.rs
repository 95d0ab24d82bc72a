//! Small Rhai expressions over the columns of an imported row, such as
//! `amount + "." + cents`, `round(price, 2)`, `if kind == "R" { "refund" } else { "purchase" }`.
//!
//! Each column is a variable that holds its text. In its name whatever is no Latin letter or digit
//! is `_`; one that begins with no such letter is called by its place, from `column_1`. There are no fractions in computing: `int(text)` reads a whole
//! number, `round(text, places)` keeps a decimal text a text.

mod helpers;

use crate::script::{
    engine::{accept_words, limited},
    meter,
};
use rhai::{AST, Dynamic, Engine, EvalAltResult, ImmutableString, Position, Scope};
use serde_json::{Value as Json, json};
use std::{collections::HashSet, fmt, sync::OnceLock};

#[derive(Clone, Debug)]
pub struct Expression {
    ast: AST,
    /// The columns it names: their variables and their places in a row.
    columns: Vec<(String, usize)>,
}

/// Where in the expression, from 1; 0 where it has no place.
#[derive(Debug, PartialEq, Eq)]
pub struct ExpressionError {
    pub line: usize,
    pub column: usize,
    pub message: String,
}

impl Expression {
    pub fn compile(text: &str, columns: &[String]) -> Result<Expression, ExpressionError> {
        let variables = variables(columns)?;
        let mut scope = Scope::new();
        for name in &variables {
            scope.push_constant(name, ImmutableString::new());
        }
        let mut engine = limited();
        helpers::register(&mut engine);
        let words: HashSet<String> = variables.iter().cloned().collect();
        accept_words(&mut engine, move |word| words.contains(word));
        // All columns of a wide file are known here; only those named are set for each row.
        engine.set_max_variables(variables.len() + 16);
        let compiled = engine.compile_expression_with_scope(&scope, text);
        let ast = compiled
            .map_err(|error| ExpressionError::at(error.position(), error.err_type().to_string()))?;
        let named = names(text);
        let columns = variables.into_iter().enumerate().map(|(index, name)| (name, index));
        let columns = columns.filter(|(name, _)| named.contains(name.as_str())).collect();
        Ok(Expression { ast, columns })
    }

    /// Text, whole number, boolean or null.
    pub fn evaluate(&self, row: &[&str]) -> Result<Json, ExpressionError> {
        let mut scope = Scope::new();
        for (name, index) in &self.columns {
            let text = row.get(*index).copied().unwrap_or_default();
            scope.push_constant(name.as_str(), ImmutableString::from(text));
        }
        let (value, over) =
            meter::run(|| evaluator().eval_ast_with_scope::<Dynamic>(&mut scope, &self.ast));
        match over {
            Some(fault) => Err(ExpressionError { line: 0, column: 0, message: fault.message.en }),
            None => json(&value.map_err(|error| ExpressionError::of(*error))?),
        }
    }
}

fn evaluator() -> &'static Engine {
    static EVALUATOR: OnceLock<Engine> = OnceLock::new();
    EVALUATOR.get_or_init(|| {
        let mut engine = limited();
        helpers::register(&mut engine);
        engine
    })
}

fn json(value: &Dynamic) -> Result<Json, ExpressionError> {
    if let Ok(text) = value.as_immutable_string_ref() {
        return Ok(json!(text.as_str()));
    }
    if let Ok(int) = value.as_int() {
        return Ok(json!(int));
    }
    if let Ok(bool) = value.as_bool() {
        return Ok(json!(bool));
    }
    if value.is_unit() {
        return Ok(Json::Null);
    }
    let message = format!("expected a text, a number, true or false; found {}", value.type_name());
    Err(ExpressionError { line: 0, column: 0, message })
}

fn variables(columns: &[String]) -> Result<Vec<String>, ExpressionError> {
    let mut seen = HashSet::new();
    let named = columns.iter().zip(1..).map(|(column, place)| {
        let name = variable(column, place);
        if seen.insert(name.clone()) {
            return Ok(name);
        }
        let message = format!("two columns are called `{name}`");
        Err(ExpressionError { line: 0, column: 0, message })
    });
    named.collect()
}

fn variable(column: &str, place: usize) -> String {
    if !column.starts_with(|first: char| first.is_ascii_alphabetic()) {
        return format!("column_{place}");
    }
    column.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect()
}

/// Every word of the text, more than its variables: a column too many costs little.
fn names(text: &str) -> HashSet<&str> {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').collect()
}

impl ExpressionError {
    fn at(position: Position, message: String) -> ExpressionError {
        ExpressionError {
            line: position.line().unwrap_or(0),
            column: position.position().unwrap_or(0),
            message,
        }
    }

    fn of(mut error: EvalAltResult) -> ExpressionError {
        while let EvalAltResult::ErrorInFunctionCall(_, _, inner, _) = error {
            error = *inner;
        }
        let position = error.take_position();
        ExpressionError::at(position, error.to_string())
    }
}

impl std::error::Error for ExpressionError {}

impl fmt::Display for ExpressionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => f.write_str(&self.message),
            line => write!(f, "line {line}, column {}: {}", self.column, self.message),
        }
    }
}

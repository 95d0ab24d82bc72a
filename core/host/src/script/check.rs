//! What can be known to be wrong before a script runs: names that the manifest does not declare.

use super::{call::CallMaps, call::Group};
use crate::load::ScriptError;
use regulars_model::{
    Lifecycle,
    wire::{Layout, Slot, TemplateSlot},
};
use rhai::{AST, ASTNode, Expr, Position};

/// Of a name that may be a slip for one that is declared.
const NAME_BYTES_MAX: usize = 200;

pub(super) fn has(ast: &AST, function: &str) -> bool {
    ast.iter_functions().any(|found| found.name == function && found.params.len() == 2)
}

pub(super) fn check(ast: &AST, layout: &Layout, maps: &CallMaps) -> Result<(), ScriptError> {
    if let Some(statement) = ast.statements().first() {
        let message = "only functions may stand here; nothing runs outside of decide(call, out)";
        return Err(ScriptError::at(statement.position(), message));
    }
    if !has(ast, "decide") {
        return Err(ScriptError::at(Position::NONE, "expected fn decide(call, out)"));
    }
    let mut wrong = None;
    ast.walk(&mut |path| {
        if let Some(ASTNode::Expr(expression)) = path.last() {
            wrong = check_expression(expression, layout, maps).err();
        }
        wrong.is_none()
    });
    wrong.map_or(Ok(()), Err)
}

fn check_expression(
    expression: &Expr,
    layout: &Layout,
    maps: &CallMaps,
) -> Result<(), ScriptError> {
    match expression {
        Expr::Dot(pair, ..) => {
            if let (Expr::Variable(row, ..), Expr::Dot(members, ..)) = (&pair.lhs, &pair.rhs)
                && row.1 == "call"
                && let Some((group, _)) = property(&members.lhs)
                && let Some((name, at)) = property(&members.rhs)
            {
                check_property(group, name, at, layout, maps)?;
            }
            Ok(())
        }
        Expr::MethodCall(call, _) => match call.args.first() {
            Some(Expr::StringConstant(name, at)) => check_name(&call.name, name, *at, layout),
            _ => Ok(()),
        },
        _ => Ok(()),
    }
}

/// The property an expression is, or begins with.
fn property(expression: &Expr) -> Option<(&str, Position)> {
    match expression {
        Expr::Property(names, at) => Some((&names.2, *at)),
        Expr::Dot(pair, ..) | Expr::Index(pair, ..) => property(&pair.lhs),
        _ => None,
    }
}

fn check_property(
    group: &str,
    name: &str,
    at: Position,
    layout: &Layout,
    maps: &CallMaps,
) -> Result<(), ScriptError> {
    if group == "tables" {
        let names = || layout.tables.iter().map(|table| &*table.name);
        let known = names().any(|known| known == name);
        return if known {
            Ok(())
        } else {
            Err(ScriptError::at(at, unknown("table", name, names())))
        };
    }
    let (of, what): (&Group, _) = match group {
        "settings" => (&maps.settings, "setting"),
        "inputs" => (&maps.inputs, "input"),
        "customer" => (&maps.customer, "customer read"),
        "event" => (&maps.event, "event read"),
        _ => return Ok(()),
    };
    let known = of.names().any(|known| known == name);
    if known { Ok(()) } else { Err(ScriptError::at(at, unknown(what, name, of.names()))) }
}

fn check_name(method: &str, name: &str, at: Position, layout: &Layout) -> Result<(), ScriptError> {
    let slots = |slots: &'_ [Slot]| slots.iter().map(|slot| slot.name.to_string()).collect();
    let (what, known): (_, Vec<String>) = match method {
        "set_field" | "clear_field" => ("field", slots(&layout.fields)),
        "because" | "title" => {
            ("text", layout.texts.iter().map(|text| text.name.to_string()).collect())
        }
        "message" => ("message", templates(&layout.messages)),
        "voucher" => ("voucher", templates(&layout.vouchers)),
        "custom" => ("custom effect", templates(&layout.custom)),
        "append_event" => {
            ("event", layout.events.iter().map(|event| event.name.to_string()).collect())
        }
        "points" => ("account of points", layout.points.iter().map(ToString::to_string).collect()),
        "complain" => ("setting", slots(&layout.settings)),
        "task" => ("task", layout.tasks.iter().map(ToString::to_string).collect()),
        "add_tag" | "remove_tag" => ("tag", layout.tags.iter().map(ToString::to_string).collect()),
        "set_lifecycle" => {
            ("lifecycle", Lifecycle::ALL.iter().map(|(name, _)| (*name).to_owned()).collect())
        }
        _ => return Ok(()),
    };
    if known.iter().any(|known| known == name) {
        return Ok(());
    }
    Err(ScriptError::at(at, unknown(what, name, known.iter().map(String::as_str))))
}

fn templates(declared: &[TemplateSlot]) -> Vec<String> {
    declared.iter().map(|template| template.name.to_string()).collect()
}

/// "the manifest declares no input `visits_7x`; did you mean `visits_7d`?"
pub(super) fn unknown<'a>(what: &str, name: &str, known: impl Iterator<Item = &'a str>) -> String {
    let known: Vec<&str> = known.collect();
    if name.len() > NAME_BYTES_MAX {
        return format!("there is no {what} with a name of {} bytes", name.len());
    }
    let near = known
        .iter()
        .map(|candidate| (distance(name, candidate), candidate))
        .filter(|(distance, _)| *distance <= 2.max(name.len() / 3))
        .min();
    match near {
        Some((_, near)) => format!("there is no {what} `{name}`; did you mean `{near}`?"),
        None if known.is_empty() => {
            format!("there is no {what} `{name}`; the manifest declares none")
        }
        None => format!("there is no {what} `{name}`; there are {}", known.join(", ")),
    }
}

/// How many letters must change to make one name the other.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (above, left) in one.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = above + 1;
        for (index, right) in other.iter().enumerate() {
            let changed = diagonal + usize::from(left != *right);
            diagonal = row[index + 1];
            row[index + 1] = changed.min(diagonal + 1).min(row[index] + 1);
        }
    }
    row[other.len()]
}

//! What can be known to be wrong before a script runs: names that the manifest does not declare.

use super::{
    call::CallMaps,
    call::Group,
    sentences::{
        self, ACCOUNT, CUSTOM, CUSTOMER_READ, EVENT, EVENT_READ, FIELD, INPUT, LIFECYCLE, MESSAGE,
        SETTING, TABLE, TAG, TASK, TEXT, VOUCHER,
    },
};
use crate::load::ScriptError;
use regulars_model::{
    Lifecycle,
    said::{Said, Word, meant, none_declared, not_among},
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
        return Err(ScriptError::at(statement.position(), sentences::only_functions()));
    }
    if !has(ast, "decide") {
        return Err(ScriptError::at(Position::NONE, sentences::no_decide()));
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
            Err(ScriptError::at(at, unknown(TABLE, name, names())))
        };
    }
    let (of, what): (&Group, _) = match group {
        "settings" => (&maps.settings, SETTING),
        "inputs" => (&maps.inputs, INPUT),
        "customer" => (&maps.customer, CUSTOMER_READ),
        "event" => (&maps.event, EVENT_READ),
        _ => return Ok(()),
    };
    let known = of.names().any(|known| known == name);
    if known { Ok(()) } else { Err(ScriptError::at(at, unknown(what, name, of.names()))) }
}

fn check_name(method: &str, name: &str, at: Position, layout: &Layout) -> Result<(), ScriptError> {
    let slots = |slots: &'_ [Slot]| slots.iter().map(|slot| slot.name.to_string()).collect();
    let (what, known): (_, Vec<String>) = match method {
        "set_field" | "clear_field" => (FIELD, slots(&layout.fields)),
        "because" | "title" => {
            (TEXT, layout.texts.iter().map(|text| text.name.to_string()).collect())
        }
        "message" => (MESSAGE, templates(&layout.messages)),
        "voucher" => (VOUCHER, templates(&layout.vouchers)),
        "custom" => (CUSTOM, templates(&layout.custom)),
        "append_event" => {
            (EVENT, layout.events.iter().map(|event| event.name.to_string()).collect())
        }
        "points" => (ACCOUNT, layout.points.iter().map(ToString::to_string).collect()),
        "complain" => (SETTING, slots(&layout.settings)),
        "task" => (TASK, layout.tasks.iter().map(ToString::to_string).collect()),
        "add_tag" | "remove_tag" => (TAG, layout.tags.iter().map(ToString::to_string).collect()),
        "set_lifecycle" => {
            (LIFECYCLE, Lifecycle::ALL.iter().map(|(name, _)| (*name).to_owned()).collect())
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
pub(super) fn unknown<'a>(what: Word, name: &str, known: impl Iterator<Item = &'a str>) -> Said {
    let known: Vec<&str> = known.collect();
    if name.len() > NAME_BYTES_MAX {
        return sentences::long_name(what, name.len());
    }
    let near = known
        .iter()
        .map(|candidate| (distance(name, candidate), candidate))
        .filter(|(distance, _)| *distance <= 2.max(name.len() / 3))
        .min();
    match near {
        Some((_, near)) => meant(what, name, near),
        None if known.is_empty() => none_declared(what, name),
        None => not_among(what, name, &known[..]),
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

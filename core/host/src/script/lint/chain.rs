//! `a.b.c(d)[e]`: members, methods and items, one after the other.

use super::{Kind, kind::Of, sentences, walk::Walk};
use regulars_model::said::unknown;
use rhai::{ASTFlags, Expr, FnCallExpr, Position};

enum Link<'e> {
    Member(&'e str, Position),
    Method(&'e FnCallExpr, Position),
    Item(&'e Expr),
    Other(&'e Expr),
}

const OF_CALL: [&str; 9] =
    ["cause", "customer", "event", "inputs", "name", "now", "offset_seconds", "settings", "tables"];

impl Walk<'_> {
    pub(super) fn chain(&mut self, expression: &Expr) -> Kind {
        let Some((first, links)) = links(expression) else { return Kind::Unknown };
        let mut kind = self.expression(first);
        for link in links {
            kind = match link {
                Link::Member(name, at) => self.member(kind, name, at),
                Link::Method(call, at) => self.method(kind, call, at),
                Link::Item(index) => self.item(kind, index),
                Link::Other(expression) => {
                    self.expression(expression);
                    Kind::Unknown
                }
            };
        }
        kind
    }

    fn member(&mut self, of: Kind, name: &str, at: Position) -> Kind {
        match of {
            Kind::Call => match name {
                "settings" => Kind::Group(Of::Settings),
                "inputs" => Kind::Group(Of::Inputs),
                "customer" => Kind::Group(Of::Customer),
                "event" => Kind::Group(Of::Event),
                "tables" => Kind::Tables,
                "cause" => Kind::Cause,
                "name" => Kind::Name,
                _ if OF_CALL.contains(&name) => Kind::Unknown,
                _ => {
                    self.error(at, unknown(sentences::MEMBER, name, OF_CALL.into_iter()));
                    Kind::Unknown
                }
            },
            Kind::Group(of) => self.member_of(of, name, at),
            Kind::Tables => self.table(name, at),
            _ => Kind::Unknown,
        }
    }

    /// What is in its rows is only known at run time.
    fn table(&mut self, name: &str, at: Position) -> Kind {
        let known = self.study.layout.tables.iter().map(|slot| &*slot.name);
        if !known.clone().any(|own| own == name) {
            let said = unknown(sentences::TABLE, name, known);
            self.error(at, said);
        }
        Kind::Unknown
    }

    fn member_of(&mut self, of: Of, name: &str, at: Position) -> Kind {
        match self.study.member(of, name) {
            Ok(kind) => kind,
            Err(said) => {
                self.error(at, said);
                Kind::Unknown
            }
        }
    }

    fn item(&mut self, of: Kind, index: &Expr) -> Kind {
        let index = self.expression(index);
        match (of, index.only_word()) {
            (Kind::Group(of), Some(word)) => self.member_of(of, &word.text, word.at),
            (Kind::Tables, Some(word)) => self.table(&word.text, word.at),
            (Kind::List(items), _) => items.kept(),
            _ => Kind::Unknown,
        }
    }

    fn method(&mut self, of: Kind, call: &FnCallExpr, at: Position) -> Kind {
        let kinds: Vec<Kind> = call.args.iter().map(|value| self.expression(value)).collect();
        let fault = self.study.call_fault(&call.name, call.args.len(), true);
        // A member of a record may be a function, where the script makes such values.
        let may_be_member = self.study.functions.has_pointers && matches!(of, Kind::Unknown);
        match fault {
            Some(_) if may_be_member => Kind::Unknown,
            Some(said) => {
                self.error(at, said);
                Kind::Unknown
            }
            None => self.told(of, call, &call.args, &kinds, at),
        }
    }

    /// A call by name, which may be of an effect all the same: `set_field(out, …)`.
    pub(super) fn function(&mut self, call: &FnCallExpr, at: Position) -> Kind {
        let kinds: Vec<Kind> = call.args.iter().map(|value| self.expression(value)).collect();
        if call.is_operator_call() {
            self.compared_by_operator(call, &kinds);
            return Kind::Unknown;
        }
        let key = (call.name.to_string(), call.args.len());
        if self.study.functions.is_own(&key.0, key.1) {
            let result = self.flow.results.get(&key).cloned().unwrap_or(Kind::Never).kept();
            let handed = kinds.into_iter().map(Kind::kept);
            let known = self.next.params.remove(&key).unwrap_or_else(|| vec![Kind::Never; key.1]);
            let joined = known.into_iter().zip(handed).map(|(one, other)| one.or(other));
            self.next.params.insert(key, joined.collect());
            return result;
        }
        match self.study.call_fault(&call.name, call.args.len(), false) {
            Some(_) if self.is_variable(&call.name) => Kind::Unknown,
            Some(said) => {
                self.error(at, said);
                Kind::Unknown
            }
            None => match kinds.split_first() {
                Some((of, rest)) => self.told(of.clone(), call, &call.args[1..], rest, at),
                None => Kind::Unknown,
            },
        }
    }

    fn told(
        &mut self,
        of: Kind,
        call: &FnCallExpr,
        values: &[Expr],
        kinds: &[Kind],
        at: Position,
    ) -> Kind {
        match of {
            Kind::Out => self.give(&call.name, values, kinds, at),
            Kind::Given(given) => self.tell(given, &call.name, values, kinds, at),
            Kind::Complaint { at: begun, .. } if call.name == "because" => {
                self.check_reason_values(values, kinds, at);
                Kind::Complaint { at: begun, reasoned: true }
            }
            of => {
                self.compared(&of, &call.name, kinds, at);
                Kind::Unknown
            }
        }
    }
}

/// The first value and what follows it: the parser hangs each link below the one before.
fn links(expression: &Expr) -> Option<(&Expr, Vec<Link<'_>>)> {
    let (pair, flags, dot) = match expression {
        Expr::Dot(pair, flags, _) => (pair, *flags, true),
        Expr::Index(pair, flags, _) => (pair, *flags, false),
        _ => return None,
    };
    let mut links = Vec::new();
    follow(&pair.rhs, flags, dot, &mut links);
    Some((&pair.lhs, links))
}

fn follow<'e>(rest: &'e Expr, flags: ASTFlags, dot: bool, links: &mut Vec<Link<'e>>) {
    let ends = flags.contains(ASTFlags::BREAK);
    let (pair, inner, next) = match rest {
        Expr::Dot(pair, inner, _) if !ends => (pair, *inner, true),
        Expr::Index(pair, inner, _) if !ends => (pair, *inner, false),
        last => return links.push(link(last, dot)),
    };
    links.push(link(&pair.lhs, dot));
    follow(&pair.rhs, inner, next, links);
}

fn link(expression: &Expr, dot: bool) -> Link<'_> {
    match expression {
        _ if !dot => Link::Item(expression),
        Expr::Property(names, at) => Link::Member(&names.2, *at),
        Expr::MethodCall(call, at) => Link::Method(call, *at),
        other => Link::Other(other),
    }
}

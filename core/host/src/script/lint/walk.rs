//! Through the statements of one function, with what is known of its variables.

use super::{Body, Flow, Kind, Study, kind::Word};
use regulars_model::finding::Finding;
use rhai::{ASTNode, Expr, FlowControl, Position, Stmt, StmtBlock};
use std::collections::BTreeSet;

pub(super) struct Walk<'s> {
    pub(super) study: &'s Study<'s>,
    pub(super) flow: &'s Flow,
    pub(super) next: &'s mut Flow,
    pub(super) found: Vec<Finding>,
    scope: Vec<(String, Kind)>,
    /// Variables that are given another value somewhere.
    changed: BTreeSet<String>,
    result: Kind,
}

impl<'s> Walk<'s> {
    /// What is found in a function; `next` takes what it hands to others and gives back.
    pub(super) fn through(
        study: &'s Study<'s>,
        body: &Body,
        flow: &'s Flow,
        next: &'s mut Flow,
    ) -> Vec<Finding> {
        let known = flow.params.get(&body.key);
        let changed = changed(&body.statements);
        let scope = body.params.iter().enumerate().map(|(index, name)| {
            let kind = known.and_then(|kinds| kinds.get(index)).cloned().unwrap_or(Kind::Unknown);
            (name.clone(), if changed.contains(name) { Kind::Unknown } else { kind })
        });
        let scope = scope.collect();
        let mut walk =
            Walk { study, flow, next, found: Vec::new(), scope, changed, result: Kind::Never };
        // Nobody takes what these two give back.
        let used = !matches!(body.key.0.as_str(), "decide" | "check_settings");
        let last = walk.statements(&body.statements, used);
        let result = std::mem::replace(&mut walk.result, Kind::Never).or(last);
        walk.next.results.insert(body.key.clone(), result);
        walk.found
    }

    fn statements(&mut self, statements: &[Stmt], used: bool) -> Kind {
        let depth = self.scope.len();
        let mut last = Kind::Unknown;
        for (index, statement) in statements.iter().enumerate() {
            last = self.statement(statement, used && index + 1 == statements.len());
        }
        self.scope.truncate(depth);
        last
    }

    fn block(&mut self, block: &StmtBlock, used: bool) -> Kind {
        self.statements(block.statements(), used)
    }

    /// Its value; `used` where something takes it.
    fn statement(&mut self, statement: &Stmt, used: bool) -> Kind {
        match statement {
            Stmt::If(flow, _) => {
                self.expression(&flow.expr);
                self.block(&flow.body, used).or(self.block(&flow.branch, used))
            }
            Stmt::Switch(parts, _) => {
                let (on, cases) = &**parts;
                self.expression(on);
                let mut kind = Kind::Never;
                for case in &cases.expressions {
                    self.expression(&case.lhs);
                    kind = kind.or(self.value(&case.rhs, used));
                }
                kind
            }
            Stmt::While(flow, _) | Stmt::Do(flow, ..) => self.repeated(flow),
            Stmt::For(parts, _) => {
                let (item, counter, flow) = &**parts;
                let depth = self.scope.len();
                let items = self.expression(&flow.expr).kept();
                let each = if let Kind::List(each) = items { *each } else { Kind::Unknown };
                self.name(&item.name, each);
                if let Some(counter) = counter {
                    self.name(&counter.name, Kind::Unknown);
                }
                self.block(&flow.body, false);
                self.scope.truncate(depth);
                Kind::Unknown
            }
            Stmt::Var(parts, ..) => {
                let kind = self.expression(&parts.1).kept();
                self.name(&parts.0.name, kind);
                Kind::Unknown
            }
            Stmt::Assignment(parts) => {
                self.expression(&parts.1.lhs);
                self.expression(&parts.1.rhs);
                Kind::Unknown
            }
            Stmt::FnCall(call, at) => {
                let kind = self.function(call, *at);
                self.leave(kind, used)
            }
            Stmt::Block(block) => self.block(block, used),
            Stmt::TryCatch(flow, _) => {
                let depth = self.scope.len();
                let tried = self.block(&flow.body, used);
                if let Expr::Variable(variable, ..) = &flow.expr {
                    self.name(&variable.1, Kind::Unknown);
                }
                let caught = self.block(&flow.branch, used);
                self.scope.truncate(depth);
                tried.or(caught)
            }
            Stmt::Expr(expression) => self.value(expression, used),
            Stmt::BreakLoop(Some(value), ..) => self.expression(value),
            Stmt::Return(Some(value), ..) => {
                let kind = self.expression(value);
                let before = std::mem::replace(&mut self.result, Kind::Never);
                self.result = before.or(kind);
                Kind::Never
            }
            Stmt::Return(None, ..) => Kind::Never,
            _ => Kind::Unknown,
        }
    }

    fn repeated(&mut self, flow: &FlowControl) -> Kind {
        self.expression(&flow.expr);
        self.block(&flow.body, false);
        Kind::Unknown
    }

    fn name(&mut self, name: &str, kind: Kind) {
        let kind = if self.changed.contains(name) { Kind::Unknown } else { kind };
        self.scope.push((name.to_owned(), kind));
    }

    pub(super) fn is_variable(&self, name: &str) -> bool {
        self.scope.iter().any(|(own, _)| own == name)
    }

    fn variable(&self, name: &str) -> Kind {
        let found = self.scope.iter().rev().find(|(own, _)| own == name);
        found.map_or(Kind::Unknown, |(_, kind)| kind.clone())
    }

    pub(super) fn expression(&mut self, expression: &Expr) -> Kind {
        self.value(expression, true)
    }

    fn value(&mut self, expression: &Expr, used: bool) -> Kind {
        match expression {
            Expr::StringConstant(text, at) => {
                Kind::Words(vec![Word { text: text.to_string(), at: *at, direct: true }])
            }
            Expr::InterpolatedString(parts, _) => {
                parts.iter().for_each(|part| drop(self.expression(part)));
                Kind::Unknown
            }
            Expr::Array(items, _) => {
                let kinds = items.iter().map(|item| self.expression(item));
                let kinds: Vec<Kind> = kinds.collect();
                Kind::List(Box::new(kinds.into_iter().fold(Kind::Never, Kind::or)))
            }
            Expr::Map(pairs, _) => {
                pairs.0.iter().for_each(|(_, value)| drop(self.expression(value)));
                Kind::Unknown
            }
            Expr::Variable(variable, ..) => self.variable(&variable.1),
            Expr::Stmt(block) => self.block(block, used),
            Expr::FnCall(call, at) => {
                let kind = self.function(call, *at);
                self.leave(kind, used)
            }
            Expr::Dot(..) | Expr::Index(..) => {
                let kind = self.chain(expression);
                self.leave(kind, used)
            }
            Expr::And(parts, _) | Expr::Or(parts, _) | Expr::Coalesce(parts, _) => {
                parts.iter().for_each(|part| drop(self.expression(part)));
                Kind::Unknown
            }
            _ => Kind::Unknown,
        }
    }

    /// An effect that nobody takes can be told no reason any more.
    fn leave(&mut self, kind: Kind, used: bool) -> Kind {
        if !used {
            self.check_reason(&kind);
        }
        kind
    }

    pub(super) fn error(&mut self, at: Position, said: regulars_model::said::Said) {
        self.found.push(self.study.error(at, said));
    }

    pub(super) fn warning(&mut self, at: Position, said: regulars_model::said::Said) {
        self.found.push(self.study.warning(at, said));
    }
}

fn changed(statements: &[Stmt]) -> BTreeSet<String> {
    let mut changed = BTreeSet::new();
    for statement in statements {
        statement.walk(&mut Vec::new(), &mut |path: &[ASTNode<'_>]| {
            if let Some(ASTNode::Stmt(Stmt::Assignment(parts))) = path.last()
                && let Expr::Variable(variable, ..) = &parts.1.lhs
            {
                changed.insert(variable.1.to_string());
            }
            true
        });
    }
    changed
}

//! The one Rhai engine of rules: chosen packages, every limit set.

use super::{bounded, compare, meter, out, table};
use regulars_model::{Instant, duration, limits};
use rhai::{
    Engine, OptimizationLevel, Token,
    packages::{
        ArithmeticPackage, BasicArrayPackage, BasicIteratorPackage, BasicMapPackage,
        BasicMathPackage, BasicStringPackage, LogicPackage, MoreStringPackage, Package,
    },
};
use std::sync::{LazyLock, OnceLock};

const HASHING_SEED: [u64; 4] = [1, 2, 3, 4];

rhai::def_package! {
    /// What a rule may compute with. The core package is left out: it can sleep, exit and parse; and
    /// that of functions, because the name of a closure is a hash. One module, because
    /// functions are looked up in one module after the other.
    RulePackage(module) : ArithmeticPackage, LogicPackage, BasicMathPackage, BasicStringPackage,
        MoreStringPackage, BasicArrayPackage, BasicMapPackage, BasicIteratorPackage
    {}
}

pub(super) fn rules() -> &'static Engine {
    static RULES: OnceLock<Engine> = OnceLock::new();
    RULES.get_or_init(|| {
        let mut engine = limited();
        engine
            .register_fn("minutes", |n: i64| n.saturating_mul(60 * duration::SECOND_US))
            .register_fn("hours", |n: i64| n.saturating_mul(duration::HOUR_US))
            .register_fn("days", |n: i64| n.saturating_mul(duration::DAY_US))
            // As Rust's `to_string` writes an instant: keys must not differ between the languages.
            .register_fn("rfc3339", |instant: i64| Instant(instant).to_string());
        compare::register(&mut engine);
        out::register(&mut engine);
        table::register(&mut engine);
        // Words of the contract that Rhai keeps for itself.
        accept_words(&mut engine, |word| matches!(word, "call" | "is"));
        engine
    })
}

/// An engine that can compute, and nothing else, within limits; those of [`meter::run`] hold for what runs
/// in it.
pub(crate) fn limited() -> Engine {
    static PACKAGE: LazyLock<RulePackage> = LazyLock::new(RulePackage::new);
    // Random otherwise, and a script can see it in an error's text. Whoever comes first sets it.
    let _ = rhai::config::hashing::set_hashing_seed(Some(HASHING_SEED));
    let mut engine = Engine::new_raw();
    PACKAGE.register_into_engine(&mut engine);
    engine
        .set_optimization_level(OptimizationLevel::None)
        .set_strict_variables(true)
        .set_fail_on_invalid_map_property(true)
        .set_max_call_levels(limits::RHAI_CALL_LEVELS_MAX)
        .set_max_expr_depths(limits::RHAI_EXPRESSION_DEPTH_MAX, limits::RHAI_EXPRESSION_DEPTH_MAX)
        .set_max_string_size(limits::RHAI_STRING_BYTES_MAX)
        .set_max_array_size(limits::RHAI_ARRAY_ITEMS_MAX)
        .set_max_map_size(limits::RHAI_MAP_ITEMS_MAX)
        .set_max_variables(limits::RHAI_VARIABLES_MAX)
        .set_max_functions(limits::RHAI_FUNCTIONS_MAX);
    meter::install(&mut engine);
    bounded::register(&mut engine);
    // Curried functions nest without counting towards any size.
    for symbol in ["eval", "print", "debug", "curry"] {
        engine.disable_symbol(symbol);
    }
    engine
}

/// Lets reserved words be names.
pub(crate) fn accept_words(
    engine: &mut Engine,
    accept: impl Fn(&str) -> bool + Send + Sync + 'static,
) {
    #[expect(deprecated, reason = "marked so only because it may change")]
    engine.on_parse_token(move |token, _, _| match token {
        Token::Reserved(word) if accept(&word) => Token::Identifier(word),
        other => other,
    });
}

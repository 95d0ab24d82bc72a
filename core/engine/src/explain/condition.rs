//! A comparison with the values it was made with.

use crate::view::ConditionView;
use regulars_model::{
    Condition, Currency, Manifest, Shape, Value,
    decide::{Comparison, Subject},
};
use regulars_rules::decided::Request;

pub(crate) fn condition_view(
    manifest: &Manifest,
    home: Currency,
    condition: &Condition,
    request: &Request,
) -> ConditionView {
    let (subject, shape, value) = match &condition.subject {
        Subject::Input(name) => (
            name.to_string(),
            manifest.inputs.get(&**name).map(regulars_model::Input::shape),
            request.inputs.get(&**name).cloned(),
        ),
        Subject::Customer(name) => (
            name.to_string(),
            Some(manifest.customer_read_shape(name)),
            request.customer.get(&**name).cloned(),
        ),
        Subject::Event(name) => (
            name.to_string(),
            Some(manifest.event_read_shape(name)),
            request.event.get(&**name).cloned(),
        ),
        Subject::Now => ("now".to_owned(), Some(Shape::Instant), Some(Value::Int(request.now.0))),
    };
    let write = |value: &Value| match &shape {
        Some(shape) => shape.write(value, home),
        None => serde_json::to_value(value).unwrap_or_default(),
    };
    ConditionView {
        subject,
        value: write(&value.unwrap_or_default()),
        comparison: Comparison::ALL[condition.comparison as usize].0.to_owned(),
        threshold: write(&condition.threshold),
        setting: condition.setting.as_ref().map(ToString::to_string),
        held: condition.held,
    }
}

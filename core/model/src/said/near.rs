//! Names that were meant.

use super::{Said, Word};

crate::sentences! {
    meant(what, name, near)
        "there is no {what} `{name}`; did you mean `{near}`?"
        "没有名为 `{name}` 的{what}，是否想写 `{near}`？";
    none_declared(what, name)
        "there is no {what} `{name}`; the manifest declares none"
        "没有名为 `{name}` 的{what}；清单没有声明任何{what}";
    not_among(what, name, known)
        "there is no {what} `{name}`; there are {known}"
        "没有名为 `{name}` 的{what}；可用的有：{known}";
}

/// That there is no such name, with the one that was probably meant, or else all there are.
pub fn unknown<'a>(what: Word, name: &str, known: impl Iterator<Item = &'a str>) -> Said {
    let known: Vec<&str> = known.collect();
    match nearest(name, known.iter().copied()) {
        Some(near) => meant(what, name, near),
        None if known.is_empty() => none_declared(what, name),
        None => not_among(what, name, &known[..]),
    }
}

/// The name that is hardly different; `None` where none is close.
pub fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    // Of four letters two changes leave too little.
    let far = match name.chars().count() {
        ..=4 => 1,
        length => 2.max(length / 3),
    };
    let near = known.map(|candidate| (distance(name, candidate), candidate));
    near.filter(|(distance, _)| *distance <= far).min().map(|(_, candidate)| candidate)
}

/// How many letters must be changed, left out, put in or swapped to make one name the other.
fn distance(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let mut rows = vec![(0..=other.len()).collect::<Vec<usize>>()];
    for (above, left) in one.iter().enumerate() {
        let mut row = vec![above + 1];
        for (index, right) in other.iter().enumerate() {
            let last = &rows[above];
            let changed = last[index] + usize::from(left != right);
            let mut least = changed.min(last[index + 1] + 1).min(row[index] + 1);
            if above > 0 && index > 0 && *left == other[index - 1] && one[above - 1] == *right {
                least = least.min(rows[above - 1][index - 1] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[one.len()][other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{said::check_sentences, text::Language};

    #[test]
    fn the_nearest_name_is_offered_and_no_distant_one() {
        let known = || ["purchase", "refund", "void"].into_iter();
        assert_eq!(nearest("purchse", known()), Some("purchase"));
        assert_eq!(nearest("Refund", known()), Some("refund"));
        assert_eq!(nearest("viod", known()), Some("void"));
        assert_eq!(nearest("table-booking", known()), None);
        assert_eq!(nearest("most", ["last"].into_iter()), None);
        let said = unknown(Word("event", "事件"), "purchse", known());
        assert_eq!(said.get(Language::Chinese), "没有名为 `purchse` 的事件，是否想写 `purchase`？");
        assert_eq!(check_sentences(ALL), Ok(()));
    }
}

//! What went wrong while a plugin ran, whichever its runtime.

use regulars_model::{said::Said, text::Bilingual};

regulars_model::sentences! {
    // What is bounded.
    used_up_fuel(most)
        "used up its fuel of {most} for one call"
        "用尽了一次调用的燃料（{most}）";
    used_up_operations(most) "used up its {most} operations" "用尽了 {most} 次运算的额度";
    ran_for_seconds() "ran for seconds" "运行了数秒仍未结束";
    asked_for_memory(memory, table)
        "asked for more than {memory} MiB of memory, or {table} in a table"
        "申请的内存超过 {memory} MiB，或表中元素超过 {table} 个";
    holds_memory(most) "holds more than {most} MiB of memory" "占用的内存超过 {most} MiB";
    nests_too_deeply() "calls nest too deeply" "函数调用嵌套过深";

    // What a component did.
    differs_alone()
        "asked alone, it answered otherwise than in a batch"
        "单独询问与成批询问时，给出的结果不同";
    panicked(words) "it panicked: {words}" "运行时崩溃：{words}";
    answer_not_taken(words) "its answer can not be taken: {words}" "给出的结果无法接收：{words}";
}

/// What a guest, or the engine that runs it, said itself stays as it is; in Chinese a sentence of
/// ours stands around it.
pub(crate) fn in_its_words(words: String, around: fn(String) -> Said) -> Said {
    let said = around(words.clone());
    Said { text: Bilingual { en: words, ..said.text }, ..said }
}

#[cfg(test)]
mod tests {
    #[test]
    fn sentences_are_said_in_both_languages() {
        assert_eq!(regulars_model::said::check_sentences(super::ALL), Ok(()));
    }
}

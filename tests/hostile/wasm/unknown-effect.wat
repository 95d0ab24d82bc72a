;; Answers with an effect of a kind there is not.
(func $trap (param $effect i32) (i32.store8 offset=16 (local.get $effect) (i32.const 77)))

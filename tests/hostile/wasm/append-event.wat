;; Appends an event, of a kind that no manifest can be granted.
(func $trap (param $effect i32) (i32.store8 offset=16 (local.get $effect) (i32.const 12)))

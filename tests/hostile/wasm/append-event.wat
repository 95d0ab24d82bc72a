;; Appends an event of a kind the manifest does not declare.
(func $trap (param $effect i32)
  (i32.store8 offset=16 (local.get $effect) (i32.const 12))
  (i32.store offset=24 (local.get $effect) (i32.const 9)))

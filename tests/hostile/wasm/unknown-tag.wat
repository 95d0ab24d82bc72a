;; Adds a tag the manifest does not declare.
(func $trap (param $effect i32) (i32.store offset=24 (local.get $effect) (i32.const 1)))

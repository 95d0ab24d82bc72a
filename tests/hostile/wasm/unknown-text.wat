;; Gives a reason the manifest does not declare.
(func $trap (param $at i32) (i32.store offset=4 (local.get $at) (i32.const 9)))

;; Calls itself until the stack is used up.
(func $nest (param $n i32) (result i32)
  (i32.add (call $nest (i32.add (local.get $n) (i32.const 1))) (local.get $n)))
(func $trap (param i32) (drop (call $nest (i32.const 0))))

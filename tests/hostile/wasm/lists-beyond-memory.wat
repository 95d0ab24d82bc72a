;; Answers with lists that end beyond memory.
(func $trap (param i32) (i32.store (i32.const 1036) (i32.const 0x0fff_ffff)))

;; Answers with a text that is no UTF-8.
(data (i32.const 64) "\ff\fe")
(func $trap (param i32)
  (i32.store (i32.const 1100) (i32.const 64))
  (i32.store (i32.const 1104) (i32.const 2))
  (i32.store (i32.const 1024) (i32.const 1100))
  (i32.store (i32.const 1028) (i32.const 1)))

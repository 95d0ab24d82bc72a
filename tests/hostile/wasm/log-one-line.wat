;; Logs ten megabytes as one line.
(func $trap (param i32)
  (drop (memory.grow (i32.const 160)))
  (call $log (i32.const 131072) (i32.const 10000000)))

;; Waits on memory for another thread.
(func $trap (param i32)
  (drop (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const -1))))

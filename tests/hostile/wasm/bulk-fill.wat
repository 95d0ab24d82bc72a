;; Makes each instruction a long one: fills megabytes, again and again.
(func $trap (param i32)
  (drop (memory.grow (i32.const 200)))
  (loop $ever
    (memory.fill (i32.const 0) (i32.const 1) (i32.const 13000000))
    (br $ever)))

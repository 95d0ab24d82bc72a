;; Counts up for ever.
(func $trap (param i32)
  (loop $ever (br $ever)))

;; Declares a second memory, which no limit is set for.
(memory 2)
(func $trap (param i32))

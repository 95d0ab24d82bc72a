;; Takes a compiler minutes: few instructions, many values to keep.
(func $trap (param i32) (local <<20000 times: i64>>)
  <<10000 times: (local.set 1 (local.get 2))>>)

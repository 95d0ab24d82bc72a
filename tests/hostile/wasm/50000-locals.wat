;; Has a function of 50,000 locals, as many as there may be.
(func $trap (param i32) (local <<49990 times: i64>>) (local.set 40000 (i64.const 1)))

;; Calls through a table where there is no function.
(type $nothing (func))
(table 2 funcref)
(func $trap (param i32) (call_indirect (type $nothing) (i32.const 1)))

;; Calls itself for ever without a deeper stack.
(func $again (return_call $again))
(func $trap (param i32) (call $again))

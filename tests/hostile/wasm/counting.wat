;; Counts its calls in a static, and fails at the second.
(global $calls (mut i32) (i32.const 0))
(func $trap (param i32)
  (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
  (i32.store (i32.const 512) (i32.add (i32.load (i32.const 512)) (i32.const 1)))
  (if (i32.ne (i32.mul (global.get $calls) (i32.load (i32.const 512))) (i32.const 1))
    (then unreachable)))

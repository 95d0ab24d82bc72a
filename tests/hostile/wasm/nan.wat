;; Looks at the bits of NaNs made in several ways: machines differ in them, a guest must not see it.
(func $check (param $nan f64)
  (if (i64.ne (i64.reinterpret_f64 (local.get $nan)) (i64.const 0x7ff8000000000000))
    (then unreachable)))
(func $trap (param i32) (local $zero f64)
  (call $check (f64.div (local.get $zero) (local.get $zero)))
  (call $check (f64.div (f64.neg (local.get $zero)) (local.get $zero)))
  (call $check (f64.sqrt (f64.const -1)))
  (call $check (f64.sub (f64.const inf) (f64.const inf)))
  (call $check (f64.mul (local.get $zero) (f64.const -inf)))
  (call $check (f64.add (f64.const -nan:0x4000000000001) (local.get $zero)))
  (call $check (f64.promote_f32 (f32.sqrt (f32.const -1))))
  (call $check (f64x2.extract_lane 1
    (f64x2.div (f64x2.splat (local.get $zero)) (f64x2.splat (local.get $zero))))))

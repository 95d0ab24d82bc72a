;; Answers with a thousand effects for one row.
(func $trap (param $effect i32) (local $count i32)
  (loop $more
    (memory.copy
      (i32.add (i32.const 2048) (i32.mul (i32.load (i32.const 1044)) (i32.const 56)))
      (local.get $effect)
      (i32.const 56))
    (i32.store (i32.const 1044) (i32.add (i32.load (i32.const 1044)) (i32.const 1)))
    (br_if $more
      (i32.lt_u (local.tee $count (i32.add (local.get $count) (i32.const 1))) (i32.const 1000)))))

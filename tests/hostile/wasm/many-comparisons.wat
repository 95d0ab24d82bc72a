;; Answers with a thousand comparisons for one row.
(func $trap (param $effect i32) (local $count i32)
  (drop (memory.grow (i32.const 1)))
  (i32.store (i32.const 1048) (i32.const 131072))
  (loop $more
    ;; 32 bytes each: the row, and a comparison of the first input with nothing
    (i32.store
      (i32.add (i32.const 131072) (i32.shl (local.get $count) (i32.const 5)))
      (i32.load (local.get $effect)))
    (i32.store offset=24
      (i32.add (i32.const 131072) (i32.shl (local.get $count) (i32.const 5)))
      (i32.const -1))
    (i64.store offset=16
      (i32.add (i32.const 131072) (i32.shl (local.get $count) (i32.const 5)))
      (i64.const 0x8000000000000000))
    (br_if $more
      (i32.lt_u (local.tee $count (i32.add (local.get $count) (i32.const 1))) (i32.const 1000))))
  (i32.store (i32.const 1052) (i32.const 1000)))

;; Answers with 10,000 lists, all of the same 64 KiB of memory.
(func $trap (param i32) (local $list i32) (local $at i32)
  (drop (memory.grow (i32.const 4)))
  (loop $more
    (local.set $at (i32.add (i32.const 131072) (i32.shl (local.get $list) (i32.const 3))))
    (i32.store (local.get $at) (i32.const 65536))
    (i32.store offset=4 (local.get $at) (i32.const 8192))
    (br_if $more
      (i32.lt_u (local.tee $list (i32.add (local.get $list) (i32.const 1))) (i32.const 10000))))
  (i32.store (i32.const 1032) (i32.const 131072))
  (i32.store (i32.const 1036) (i32.const 10000)))

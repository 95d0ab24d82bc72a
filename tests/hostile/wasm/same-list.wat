;; Answers with few lists that name each other: 64 to the fifth values, once read.
(func $trap (param $effect i32) (local $list i32) (local $word i32) (local $at i32)
  (drop (memory.grow (i32.const 4)))
  ;; list after list of 64 words, each the position of the next
  (loop $lists
    (local.set $at (i32.add (i32.const 131072) (i32.shl (local.get $list) (i32.const 3))))
    (i32.store (local.get $at)
      (i32.add (i32.const 139264) (i32.shl (local.get $list) (i32.const 9))))
    (i32.store offset=4 (local.get $at) (i32.const 64))
    (local.set $word (i32.const 0))
    (loop $words
      (i64.store
        (i32.add (i32.load (local.get $at)) (i32.shl (local.get $word) (i32.const 3)))
        (i64.extend_i32_u
          (i32.add (i32.add (global.get $lists) (local.get $list)) (i32.const 1))))
      (br_if $words
        (i32.lt_u (local.tee $word (i32.add (local.get $word) (i32.const 1))) (i32.const 64))))
    (br_if $lists
      (i32.lt_u (local.tee $list (i32.add (local.get $list) (i32.const 1))) (i32.const 5))))
  (i32.store (i32.const 1032) (i32.const 131072))
  (i32.store (i32.const 1036) (i32.const 5))
  ;; sets field 2, `tree`, to the first of them
  (i32.store8 offset=16 (local.get $effect) (i32.const 0))
  (i32.store offset=24 (local.get $effect) (i32.const 2))
  (i64.store offset=32 (local.get $effect) (i64.extend_i32_u (global.get $lists))))

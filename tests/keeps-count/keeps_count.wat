;; A guest that counts its rows in a static, and tags all but the first: so the answer to a row depends
;; on what else is asked in the same call. Writes memory as the canonical ABI lays it out.
(module
  (import "regulars:plugin/host@1.0.0-rc.1" "log" (func $log (param i32 i32)))
  (memory (export "memory") 2)
  (global $top (mut i32) (i32.const 65536))
  (global $rows (mut i32) (i32.const 0))

  (func (export "cabi_realloc") (param $old i32) (param $old_size i32) (param $align i32)
        (param $size i32) (result i32)
    (local $at i32)
    (local.set $at (i32.and (i32.add (global.get $top) (i32.const 7)) (i32.const -8)))
    (global.set $top (i32.add (local.get $at) (local.get $size)))
    (block $enough
      (loop $grow
        (br_if $enough
          (i32.le_u (global.get $top) (i32.mul (memory.size) (i32.const 65536))))
        (br_if $grow (i32.ne (memory.grow (i32.const 1)) (i32.const -1))))
      unreachable)
    (local.get $at))

  ;; symbols, lists, settings, rows, words: each a pointer and a length
  (func (export "regulars:plugin/rules@1.0.0-rc.1#decide")
        (param i32 i32 i32 i32 i32 i32) (param $pointer i32) (param $count i32)
        (param i32 i32) (result i32)
    (local $row i32) (local $at i32)
    ;; the effects of the answer, and how many there are
    (i32.store (i32.const 1040) (i32.const 2048))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $row) (local.get $count)))
        (if (global.get $rows)
          (then
            (local.set $at (i32.add (i32.const 2048)
              (i32.mul (i32.load (i32.const 1044)) (i32.const 56))))
            ;; row, text of the reason, its arguments; then: add the first of the tags
            (i32.store (local.get $at) (local.get $row))
            (i32.store offset=4 (local.get $at) (i32.const 0))
            (i32.store offset=8 (local.get $at) (i32.const -1))
            (i32.store8 offset=16 (local.get $at) (i32.const 2))
            (i32.store offset=24 (local.get $at) (i32.const 0))
            (i32.store (i32.const 1044) (i32.add (i32.load (i32.const 1044)) (i32.const 1)))))
        (global.set $rows (i32.add (global.get $rows) (i32.const 1)))
        (local.set $row (i32.add (local.get $row) (i32.const 1)))
        (br $next)))
    (i32.const 1024))

  (func (export "regulars:plugin/rules@1.0.0-rc.1#check-settings")
        (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
    (i32.const 1024)))

;; A guest by hand: for each row it adds the tag `vip`, unless the row's number of visits asks for
;; something worse. Reads and writes memory as the canonical ABI lays it out.
(module
  (import "regulars:plugin/host@1.0.0-rc.1" "log" (func $log (param i32 i32)))
  (memory (export "memory") 2)
  (global $top (mut i32) (i32.const 65536))
  (data (i32.const 16) "rule.rs:7: index out of bounds")
  (data (i32.const 64) "\ff\fe")

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

  (func $nest (param $n i32) (result i32)
    (i32.add (call $nest (i32.add (local.get $n) (i32.const 1))) (local.get $n)))

  ;; symbols, lists, settings, rows, words: each a pointer and a length
  (func (export "regulars:plugin/rules@1.0.0-rc.1#decide")
        (param i32 i32 i32 i32 i32 i32) (param $rows i32) (param $count i32)
        (param $words i32) (param i32) (result i32)
    (local $row i32) (local $visits i64) (local $at i32)
    (i32.store (i32.const 1040) (i32.const 2048))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $row) (local.get $count)))
        (local.set $visits (i64.load offset=8
          (i32.add (local.get $words) (i32.mul (local.get $row) (i32.const 48)))))
        (if (i64.eq (local.get $visits) (i64.const 1)) (then (loop $ever (br $ever))))
        (if (i64.eq (local.get $visits) (i64.const 2))
          (then (call $log (i32.const 16) (i32.const 30)) unreachable))
        (if (i64.eq (local.get $visits) (i64.const 3))
          (then
            (loop $more (br_if $more (i32.ne (memory.grow (i32.const 16)) (i32.const -1))))
            unreachable))
        (if (i64.eq (local.get $visits) (i64.const 4))
          (then (drop (call $nest (i32.const 0)))))
        ;; an answer of 900,000 texts
        (if (i64.eq (local.get $visits) (i64.const 5))
          (then
            (drop (memory.grow (i32.const 120)))
            (i32.store (i32.const 1024) (i32.const 131072))
            (i32.store (i32.const 1028) (i32.const 900000))))
        ;; a text that is no UTF-8
        (if (i64.eq (local.get $visits) (i64.const 6))
          (then
            (i32.store (i32.const 1100) (i32.const 64))
            (i32.store (i32.const 1104) (i32.const 2))
            (i32.store (i32.const 1024) (i32.const 1100))
            (i32.store (i32.const 1028) (i32.const 1))))
        ;; lists beyond memory
        (if (i64.eq (local.get $visits) (i64.const 7))
          (then (i32.store (i32.const 1036) (i32.const 0x0fff_ffff))))
        (local.set $at (i32.add (i32.const 2048)
          (i32.mul (i32.load (i32.const 1044)) (i32.const 56))))
        (i32.store (local.get $at) (local.get $row))
        (i32.store offset=4 (local.get $at) (i32.const 1))
        (i32.store offset=8 (local.get $at) (i32.const -1))
        (i32.store8 offset=16 (local.get $at) (i32.const 2))
        ;; a tag that is not declared
        (i32.store offset=24 (local.get $at)
          (i64.eq (local.get $visits) (i64.const 8)))
        ;; silent when asked alone
        (if (i32.eqz (i32.and
              (i64.eq (local.get $visits) (i64.const 9))
              (i32.eq (local.get $count) (i32.const 1))))
          (then (i32.store (i32.const 1044)
            (i32.add (i32.load (i32.const 1044)) (i32.const 1)))))
        (local.set $row (i32.add (local.get $row) (i32.const 1)))
        (br $next)))
    (i32.const 1024))

  (func (export "regulars:plugin/rules@1.0.0-rc.1#check-settings")
        (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
    ;; one complaint about the first setting
    (i32.store (i32.const 1040) (i32.const 2048))
    (i32.store (i32.const 1044) (i32.const 1))
    (i32.store (i32.const 2048) (i32.const 0))
    (i32.store (i32.const 2052) (i32.const 1))
    (i32.store (i32.const 2056) (i32.const -1))
    (i32.const 1024)))

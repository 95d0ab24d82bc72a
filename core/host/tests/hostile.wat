;; The guest by hand that the traps of tests/hostile stand in. For each row it adds the tag `vip`; for a row
;; of one visit it then calls `$trap` with the address of that effect, and so does check-settings with that
;; of its complaint. Memory is laid out as the canonical ABI lays it out:
;;   1024  the answer: symbols, lists, effects, conditions, each a pointer and a length
;;   2048  effects of 56 bytes: row, text, arguments; at 16 the kind (2 adds a tag), at 24 its payload
;;   2048  complaints of 12 bytes: setting, text, arguments
(module
  (import "regulars:plugin/host@1.0.0-rc.1" "log" (func $log (param i32 i32)))
  (memory (export "memory") 2)
  (global $top (mut i32) (i32.const 65536))
  ;; lists of the call itself; those of the answer are counted on from there
  (global $lists (mut i32) (i32.const 0))

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
        (param i32 i32 i32) (param $lists i32) (param i32 i32) (param $rows i32)
        (param $count i32) (param $words i32) (param i32) (result i32)
    (local $row i32) (local $at i32)
    (global.set $lists (local.get $lists))
    (i32.store (i32.const 1040) (i32.const 2048))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $row) (local.get $count)))
        (local.set $at (i32.add (i32.const 2048)
          (i32.mul (i32.load (i32.const 1044)) (i32.const 56))))
        (i32.store (local.get $at) (local.get $row))
        (i32.store offset=4 (local.get $at) (i32.const 1))
        (i32.store offset=8 (local.get $at) (i32.const -1))
        (i32.store8 offset=16 (local.get $at) (i32.const 2))
        (i32.store (i32.const 1044) (i32.add (i32.load (i32.const 1044)) (i32.const 1)))
        ;; six words a row: categories, visits, three customer reads, one event read
        (if (i64.eq (i64.const 1) (i64.load offset=8
              (i32.add (local.get $words) (i32.mul (local.get $row) (i32.const 48)))))
          (then (call $trap (local.get $at))))
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
    (call $trap (i32.const 2048))
    (i32.const 1024))

  ;; A trap's text takes this one's place.
  (func $trap (param i32)))

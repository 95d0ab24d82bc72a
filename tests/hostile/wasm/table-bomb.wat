;; Asks for elements of a table until there are none.
(table $elements 1 funcref)
(func $trap (param i32)
  (loop $more
    (br_if $more
      (i32.ne (table.grow $elements (ref.null func) (i32.const 100)) (i32.const -1))))
  unreachable)

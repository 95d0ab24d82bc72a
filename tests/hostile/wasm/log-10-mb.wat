;; Logs ten megabytes in lines of ten kilobytes.
(func $trap (param i32) (local $line i32)
  (loop $more
    (call $log (i32.const 70000) (i32.const 10000))
    (br_if $more
      (i32.lt_u (local.tee $line (i32.add (local.get $line) (i32.const 1))) (i32.const 1000)))))

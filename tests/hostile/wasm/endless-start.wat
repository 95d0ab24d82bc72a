;; Is endless before anything is asked: in the module's start function.
(start $begin)
(func $begin (loop $ever (br $ever)))
(func $trap (param i32))

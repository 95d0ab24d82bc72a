;; Complains about a setting the manifest does not declare.
(func $trap (param $complaint i32) (i32.store (local.get $complaint) (i32.const 7)))

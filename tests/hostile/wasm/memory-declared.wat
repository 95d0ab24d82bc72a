;; Declares 19 MiB of memory.
(module
  (memory (export "memory") 300)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 0))
  (func (export "regulars:plugin/rules@1.0.0-rc.1#decide")
        (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32) (i32.const 0))
  (func (export "regulars:plugin/rules@1.0.0-rc.1#check-settings")
        (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32) (i32.const 0)))

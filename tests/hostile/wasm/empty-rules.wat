;; Offers rules without a function in them.
(component
  (instance $rules)
  (export "regulars:plugin/rules@1.0.0-rc.1" (instance $rules)))

;; Speaks another version of the contract.
(component
  (instance $rules)
  (export "regulars:plugin/rules@2.0.0" (instance $rules)))

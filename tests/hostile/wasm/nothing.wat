;; Is a component that offers nothing.
(component)

;; Asks for a network.
(component (import "other:thing/net@1.0.0" (instance)))

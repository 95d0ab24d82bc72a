;; Takes a compiler minutes: sixty thousand blocks within each other.
(func $trap (param i32) <<60000 times: block>> <<60000 times: end>>)

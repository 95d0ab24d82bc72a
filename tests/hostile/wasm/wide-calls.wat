;; Takes a compiler minutes: each call, of two bytes, hands over a thousand values and takes as many.
(type $wide (func (param <<1000 times: i32>>) (result <<1000 times: i32>>)))
(func $same (type $wide) <<1000 times: (local.get 7)>>)
(func $often (type $wide) <<1000 times: (local.get 7)>> <<3000 times: (call $same)>>)
(func $trap (param i32))

; Ouro beyond R7RS: keywords, persistent collections, match, limits.
(import (ouro base))
(list :a (keyword? :a) (eq? :a :a) (keyword->string :name) (string->keyword "x"))
;; => (:a #t #t "name" :x)
(list [1 (+ 1 1)] {:a (+ 1 2)} #{(* 2 2)} [])
;; => ([1 2] {:a 3} #{4} [])
'[a (+ 1 1) {b c}]
;; => [a (+ 1 1) {b c}]
(let ((x 5)) `[1 ,x ,@(list 2 3)])
;; => [1 5 2 3]
(let ((x 5)) `{:a ,x b c})
;; => {:a 5 b c}
(list (get {:a 1} :a) (get {:a 1} :b) (get {:a 1} :b 0) (get [7 8] 1) (put {:a 1} :b 2) (put [1 2] 0 9) (remove-key {:a 1 :b 2} :a))
;; => (1 #f 0 8 {:a 1 :b 2} [9 2] {:b 2})
(equal? {:a 1 :b 2} {:b 2 :a 1})
;; => #t
(list (map-vals square {:a 2 :b 3}) (map-keys keyword->symbol {:a 1}) (filter-keys (lambda (k) (eq? k :a)) {:a 1 :b 2}) (filter-vals even? {:a 1 :b 2}) (map-entries list {:a 1 :b 2}))
;; => ({:a 4 :b 9} {a 1} {:a 1} {:b 2} ((:a 1) (:b 2)))
(list (fold-entries (lambda (k v sum) (+ v sum)) 0 {:a 1 :b 2}) (update {:a 1} :a square) (update {} :n (lambda (x) (+ x 1)) 0) (update-in {:a {:b 1}} [:a :b] - 0) (remove-in {:a {:b 1 :c 2}} [:a :b]))
;; => (3 {:a 1} {:n 1} {:a {:b -1}} {:a {:c 2}})
(let ((acc '())) (for-each-entry (lambda (k v) (set! acc (cons k acc))) {:a 1 :b 2}) acc)
;; => (:b :a)
(list (map-items square [1 2 3]) (filter-items even? #{1 2 3 4}) (fold-items + 0 [1 2 3]) (group-by even? [1 2 3]) (index-by car (list (list 1 2))))
;; => ([1 4 9] #{2 4} 6 {#f (1 3) #t (2)} {1 (1 2)})
(put {} (lambda () 1) 2)
;; => !not-data
(match '(1 2 3) ((a b c) (list c b a)))
;; => (3 2 1)
(match '(1 (2 3) . 4) ((a (b ...) . c) (list a b c)))
;; => (1 (2 3) 4)
(match '((a 1) (b 2)) (((k v) ...) (list k v)))
;; => ((a b) (1 2))
(match '(1 2 3 4) ((a ... y z) (list a y z)))
;; => ((1 2) 3 4)
(match '(((1 2) (3)) ((4))) (((((x ...) ...) ...)) 'too-deep) ((((x ...) ...) ...) x))
;; => (((1 2) (3)) ((4)))
(match #(1 2 3) (#(a b) 'two) (#(a b c) (list a b c)))
;; => (1 2 3)
(match [1 2 3] ([a b ...] (list a b)))
;; => (1 (2 3))
(match {:type "text" :text "hi" :extra 1} ({:type "image"} 'image) ({:type "text" :text t} t))
;; => "hi"
(match {:a {:b [1 2]}} ({:a {:b [x _]}} x))
;; => 1
(map (lambda (x) (match x (0 'zero) ((? negative? n) (list 'negative n)) ((and (? even?) n) (list 'even n)) (_ 'odd))) '(0 -1 4 3))
;; => (zero (negative -1) (even 4) odd)
(match 3 ((or 1 2) 'low) ((or 3 4) 'high))
;; => high
(match '(b 2) ((or ('a x) ('b x)) x))
;; => 2
(match 5 ((not 5) 'other) (_ 'five))
;; => five
(match 5 (x (when (> x 10)) 'big) (x (when (> x 1)) 'small))
;; => small
(match '(1 2) ((a b) (=> next) (if (= a b) 'same (next))) ((a . rest) (list a rest)))
;; => (1 (2))
(match '(add 1 (mul 2 3)) (`(add ,x (mul ,y ,z)) (list x y z)))
;; => (1 2 3)
(define-record-type point (make-point x y) point? (x point-x) (y point-y))
(match (make-point 1 2) (($ point 0 _) 'origin) (($ point a b) (list a b)))
;; => (1 2)
(match "a" ("a" 'string) (_ 'no))
;; => string
(match 'x ('x 'quoted) (_ 'no))
;; => quoted
(match '() (() 'empty))
;; => empty
(match '(a) ((x y) 1))
;; => !no-match
(match 1 ((x x) 1))
;; => !bad-syntax
(match 1 ((or x y) 1))
;; => !bad-syntax
(match 1 (x))
;; => !bad-syntax
(let ((x 'outer)) (match 1 (y x)))
;; => outer
((match-lambda ((a b) (+ a b)) (a a)) '(1 2))
;; => 3
(match-let (((a b) '(1 2)) ([c] [3])) (list a b c))
;; => (1 2 3)
(match-let* (((a b) '(1 2)) (c (+ a b))) c)
;; => 3
(let loop ((n 100000) (acc '(x))) (match acc ((x . _) (if (= n 0) x (loop (- n 1) acc)))))
;; => x
(guard (e (#t (condition-code e))) (car 5))
;; => :wrong-type
(guard (e (#t (list (condition-code e) (condition-message e)))) (raise (condition :my-code "text" 1)))
;; => (:my-code "text")
(guard (e (#t (condition-code e))) (with-limits {:steps 1000} (lambda () (let loop () (loop)))))
;; => :limit-exceeded
(with-output-to-string (lambda () (display "a") (write "b")))
;; => "a\"b\""
(call-with-output-string (lambda (port) (write 'x port)))
;; => "x"
(with-input-from-string "(1 2) 3" read)
;; => (1 2)

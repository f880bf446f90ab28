; Sorting, and the usual procedures over strings and assertions.
(import (scheme base) (srfi 1) (only (ouro base) sort list-sort vector-sort string-fold string-count string-index string-join string-split assert))
(list (sort '(3 1 2) <) (sort (vector 3 1 2) >) (list-sort < '(2 1)) (sort '() <) (sort '(1) <))
;; => ((1 2 3) #(3 2 1) (1 2) () (1))
(sort '((1 . a) (0 . b) (1 . c) (0 . d)) (lambda (x y) (< (car x) (car y))))
;; => ((0 . b) (0 . d) (1 . a) (1 . c))
(let loop ((i 0) (seed 7) (acc '())) (if (< i 500) (loop (+ i 1) (modulo (+ (* seed 1103515245) 12345) 2147483648) (cons seed acc)) (apply < (delete-duplicates (sort acc <)))))
;; => #t
(list (string-fold cons '() "abc") (string-count "banana" (lambda (c) (char=? c #\a))) (string-index "abc" #\c) (string-join '("a" "b") "-") (string-split "a,b" ","))
;; => ((#\c #\b #\a) 3 2 "a-b" ("a" "b"))
(assert (= 1 2))
;; => !user-error
(assert (= 1 1))
;; => #t
(define (shuffled n) (let loop ((i 0) (seed 7) (result '())) (if (= i n) result (loop (+ i 1) (modulo (+ (* seed 1103515) 12345) 2147483) (cons seed result)))))
(define (sorted? items) (or (null? items) (null? (cdr items)) (apply <= items)))
(map (lambda (n) (sorted? (sort (shuffled n) <))) '(0 1 2 3 4 5 7 8 9 31 32 33 100))
;; => (#t #t #t #t #t #t #t #t #t #t #t #t #t)
(list (sort '(1 2 3 4 5) <) (sort '(5 4 3 2 1) <) (sort (vector) <) (let ((v (vector 3 1 2))) (sort v <) v))
;; => ((1 2 3 4 5) (1 2 3 4 5) #() #(3 1 2))
; Equal elements stay in their order, however many there are.
(let* ((tagged (map cons (map (lambda (x) (modulo x 10)) (shuffled 1000)) (iota 1000))) (result (sort tagged (lambda (x y) (< (car x) (car y)))))) (every (lambda (one other) (or (< (car one) (car other)) (and (= (car one) (car other)) (< (cdr one) (cdr other))))) result (cdr result)))
;; => #t
(let ((result (sort (shuffled 5000) <))) (list (length result) (every <= result (cdr result))))
;; => (5000 #t)

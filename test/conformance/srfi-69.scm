; SRFI 69: hash tables.
(import (scheme base) (scheme char) (srfi 69))
(define (table . entries) (alist->hash-table entries))
(list (hash-table? (make-hash-table)) (hash-table? '()) (hash-table? #(1)) (hash-table-size (make-hash-table)))
;; => (#t #f #f 0)
(let ((t (make-hash-table))) (hash-table-set! t 'a 1) (hash-table-set! t 'b 2) (hash-table-set! t 'a 3) (list (hash-table-ref t 'a) (hash-table-ref t 'b) (hash-table-size t)))
;; => (3 2 2)
(let ((t (make-hash-table))) (list (hash-table-ref t 'a (lambda () 'none)) (hash-table-ref/default t 'a 0)))
;; => (none 0)
(hash-table-ref (make-hash-table) 'a)
;; => !missing-key
(hash-table-ref/default '() 1 2)
;; => !wrong-type
(hash-table-set! 5 1 2)
;; => !wrong-type
; Keys by equal?, the default.
(let ((t (make-hash-table))) (for-each (lambda (key) (hash-table-set! t key #t)) (list "a" '(1 (2)) #(1 2) 1.5 1/2 #\a 'a 100000000000000000000 #u8(1 2) '() #t [1 2] {:k 1})) (map (lambda (key) (hash-table-exists? t key)) (list (string #\a) (list 1 (list 2)) (vector 1 2) 1.5 (/ 2 4) #\a 'a (* 10000000000 10000000000) (bytevector 1 2) '() #t [1 2] {:k 1} "b" 1 0.5 #f)))
;; => (#t #t #t #t #t #t #t #t #t #t #t #t #t #f #f #f #f)
(let ((t (make-hash-table))) (hash-table-set! t 1 'exact) (hash-table-set! t 1.0 'inexact) (hash-table-set! t "1" 'text) (hash-table-set! t '|1| 'symbol) (map (lambda (key) (hash-table-ref t key)) '(1 1.0 "1" |1|)))
;; => (exact inexact text symbol)
(let ((t (make-hash-table))) (hash-table-set! t 0.0 'plus) (hash-table-set! t -0.0 'minus) (list (hash-table-ref t 0.0) (hash-table-ref t -0.0) (hash-table-size t)))
;; => (plus minus 2)
; Keys by eq?: content does not count.
(let ((t (make-hash-table eq?)) (key (list 1))) (hash-table-set! t key 'this) (list (hash-table-ref/default t key #f) (hash-table-ref/default t (list 1) #f) (hash-table-ref/default t 'x #f)))
;; => (this #f #f)
; A key by identity stays the same however it changes.
(let ((t (make-hash-table eq?)) (key (list 1))) (hash-table-set! t key 'this) (set-car! key 2) (hash-table-ref/default t key #f))
;; => this
(let ((t (make-hash-table eqv?)) (text (string #\a))) (hash-table-set! t 1.5 'number) (hash-table-set! t text 'text) (list (hash-table-ref/default t 1.5 #f) (hash-table-ref/default t text #f) (hash-table-ref/default t "a" #f) (hash-table-ref/default t 1/2 #f)))
;; => (number text #f #f)
(let ((t (make-hash-table string=?))) (hash-table-set! t "key" 1) (list (hash-table-ref t (string-append "k" "ey")) (hash-table-exists? t "KEY")))
;; => (1 #f)
(let ((t (make-hash-table string-ci=?))) (hash-table-set! t "Key" 1) (hash-table-set! t "KEY" 2) (list (hash-table-ref t "key") (hash-table->alist t)))
;; => (2 (("Key" . 2)))
; An equivalence and a hash of the program's own.
(define (same-last-digit? x y) (= (modulo x 10) (modulo y 10)))
(let ((t (make-hash-table same-last-digit? (lambda (x) (modulo x 10))))) (for-each (lambda (x) (hash-table-set! t x x)) '(1 12 21 35)) (list (hash-table-ref t 41) (hash-table-ref t 2) (hash-table-keys t) (hash-table-values t)))
;; => (21 12 (1 12 35) (21 12 35))
; Without a hash, or with a bad one, the equivalence still decides.
(let ((t (make-hash-table same-last-digit?)) (s (make-hash-table same-last-digit? (lambda (x) 7)))) (for-each (lambda (x) (hash-table-set! t x x) (hash-table-set! s x x)) '(1 12 21 35 45)) (hash-table-delete! t 5) (hash-table-delete! s 12) (list (hash-table->alist t) (hash-table->alist s)))
;; => (((1 . 21) (12 . 12)) ((1 . 21) (35 . 45)))
(let ((t (make-hash-table =))) (hash-table-set! t 1 'one) (list (hash-table-ref t 1.0) (hash-table-exists? t 2)))
;; => (one #f)
(let ((t (make-hash-table eq? hash 100))) (hash-table-set! t 'a 1) (hash-table-ref t 'a))
;; => 1
(hash-table-set! (make-hash-table = (lambda (x) 'no-number)) 1 2)
;; => !wrong-type
; Other operations
(let ((t (table '(a . 1) '(b . 2) '(a . 3)))) (list (hash-table->alist t) (hash-table-exists? t 'b) (hash-table-exists? t 'c)))
;; => (((a . 1) (b . 2)) #t #f)
(let ((t (table '(a . 1) '(b . 2) '(c . 3)))) (hash-table-delete! t 'b) (hash-table-delete! t 'x) (hash-table-set! t 'b 4) (hash-table->alist t))
;; => ((a . 1) (c . 3) (b . 4))
(let ((t (table '(a . 1)))) (hash-table-update! t 'a (lambda (x) (+ x 1))) (hash-table-update! t 'b (lambda (x) (* x 2)) (lambda () 21)) (hash-table-update!/default t 'c list 'new) (hash-table->alist t))
;; => ((a . 2) (b . 42) (c new))
(hash-table-update! (make-hash-table) 'a list)
;; => !missing-key
(let ((t (table '(b . 1) '(a . 2)))) (list (hash-table-keys t) (hash-table-values t) (hash-table-size t)))
;; => ((b a) (1 2) 2)
(let ((t (table '(a . 1) '(b . 2))) (seen '())) (hash-table-walk t (lambda (key value) (set! seen (cons (list key value) seen)))) seen)
;; => ((b 2) (a 1))
(hash-table-fold (table '(a . 1) '(b . 2)) (lambda (key value sum) (+ value sum)) 10)
;; => 13
(let* ((one (table '(a . 1))) (other (hash-table-copy one))) (hash-table-set! other 'b 2) (hash-table-set! other 'a 9) (list (hash-table->alist one) (hash-table->alist other)))
;; => (((a . 1)) ((a . 9) (b . 2)))
(let* ((one (make-hash-table same-last-digit? (lambda (x) 7))) (fill (for-each (lambda (x) (hash-table-set! one x x)) '(1 2 3))) (other (hash-table-copy one))) (hash-table-delete! other 12) (hash-table-set! other 13 'new) (list (hash-table->alist one) (hash-table->alist other)))
;; => (((1 . 1) (2 . 2) (3 . 3)) ((1 . 1) (3 . new)))
(hash-table->alist (hash-table-merge! (table '(a . 1)) (table '(a . 2) '(b . 3))))
;; => ((a . 1) (b . 3))
(let ((t (alist->hash-table '(("a" . 1)) string=?))) (list (hash-table-ref t "a") (eq? (hash-table-equivalence-function t) string=?) (procedure? (hash-table-hash-function t))))
;; => (1 #t #t)
; A walk sees the entries that there were when it began; what it does to the table counts afterwards.
(let ((t (table '(a . 1) '(b . 2))) (seen '())) (hash-table-walk t (lambda (key value) (set! seen (cons key seen)) (hash-table-delete! t 'b) (hash-table-set! t 'c 3))) (list (reverse seen) (hash-table->alist t)))
;; => ((a b) ((a . 1) (c . 3)))
; Hashing
(list (= (hash '(1 "a" #(2))) (hash (list 1 (string #\a) (vector 2)))) (= (string-hash "abc") (string-hash (string #\a #\b #\c))) (= (string-ci-hash "ABC") (string-ci-hash "abc")) (= (hash-by-identity 'a) (hash-by-identity 'a)))
;; => (#t #t #t #t)
(let ((in-range? (lambda (n) (and (exact-integer? n) (<= 0 n 9))))) (map in-range? (list (hash "x" 10) (hash -5 10) (string-hash "some text" 10) (string-ci-hash "Some" 10) (hash-by-identity car 10) (hash '(1 2 3) 10))))
;; => (#t #t #t #t #t #t)
(string-hash 'a)
;; => !wrong-type
(hash 1 0)
;; => !out-of-range
; Many keys, many removed
(let ((t (make-hash-table))) (do ((i 0 (+ i 1))) ((= i 3000)) (hash-table-set! t i (* i i)) (hash-table-set! t (number->string i) i)) (do ((i 0 (+ i 3))) ((>= i 3000)) (hash-table-delete! t i)) (list (hash-table-size t) (hash-table-ref t 2999) (hash-table-ref t "2999") (hash-table-exists? t 2997) (car (hash-table-keys t))))
;; => (5000 8994001 2999 #f "0")
(let ((t (make-hash-table eq?))) (hash-table-set! t t 'itself) (hash-table-set! t car 'procedure) (list (hash-table-ref t t) (hash-table-ref t car) (equal? t t) (equal? t (make-hash-table))))
;; => (itself procedure #t #f)
; A continuation that leaves and enters an update again
(let ((t (make-hash-table)) (again #f) (n 0)) (hash-table-update!/default t 'a (lambda (x) (call/cc (lambda (k) (set! again k) (+ x 1)))) 0) (set! n (+ n 1)) (if (< n 3) (again (* 10 n)) (hash-table-ref t 'a)))
;; => 20

; R7RS 6.4, 6.8 and 6.9: lists, vectors and bytevectors, their ranges, copies and errors.
(import (scheme base) (scheme cxr))
(list (make-list 2 'x) (length (make-list 3)) (list-copy '(1 2 . 3)) (list-copy 5) (list-copy '()))
;; => ((x x) 3 (1 2 . 3) 5 ())
(let* ((a (list 1 2)) (b (list-copy a))) (set-car! b 9) (list a b))
;; => ((1 2) (9 2))
(let ((x (list 1 2 3))) (list-set! x 2 'c) x)
;; => (1 2 c)
(guard (e ((error-object? e) 'error)) (list-set! (list 1 2) 2 'x))
;; => error
(list (list-tail '(a b c) 3) (list-tail '(a b . c) 2) (list-ref '(a b c) 2))
;; => (() c c)
(guard (e ((error-object? e) 'error)) (list-tail '(a b) 3))
;; => error
(guard (e ((error-object? e) 'error)) (list-ref '(a b) 2))
;; => error
(guard (e ((error-object? e) 'error)) (length '(a . b)))
;; => error
(guard (e ((error-object? e) 'error)) (length '#0=(a . #0#)))
;; => error
(map list? (list '() '(1) '(1 . 2) 5 '#0=(1 . #0#)))
;; => (#t #t #f #f #f)
(list (append) (append '(1)) (append '() '()) (append '(1) 2) (append '(1) '(2) '(3 . 4)) (append '() 5))
;; => (() (1) () (1 . 2) (1 2 3 . 4) 5)
(let* ((tail (list 3)) (all (append '(1 2) tail))) (eq? tail (cddr all)))
;; => #t
(guard (e ((error-object? e) 'error)) (append '(1 . 2) '(3)))
;; => error
(list (memq 'c '(a b c d)) (memv 1.5 '(1 1.5 2)) (member "b" '("a" "b")) (member 2.0 '(1 2 3) =) (memq 'z '(a)))
;; => ((c d) (1.5 2) ("b") (2 3) #f)
(list (assq 'b '((a 1) (b 2))) (assv 2 '((1 one) (2 two))) (assoc '(a) '(((a) 1))) (assoc 2.0 '((1 a) (2 b)) =) (assq 'z '()))
;; => ((b 2) (2 two) ((a) 1) (2 b) #f)
(guard (e ((error-object? e) 'error)) (assq 'a '(1 2)))
;; => error
(list (cadr '(1 2 3)) (cddr '(1 2 3)) (caar '((1) 2)) (caddr '(1 2 3)) (cdddr '(1 2 3 4)) (cadddr '(1 2 3 4)) (cddddr '(1 2 3 4 5)) (cdadr '(1 (2 3))))
;; => (2 (3) 1 3 (4) 4 (5) (3))
(car '())
;; => !wrong-type
(set-cdr! '() 1)
;; => !wrong-type
(list (vector) (make-vector 2 'x) (vector-length (make-vector 3)) (vector 1 "a" #\b) (list->vector '(1 2)))
;; => (#() #(x x) 3 #(1 "a" #\b) #(1 2))
(list (vector->list #(1 2 3)) (vector->list #(1 2 3) 1) (vector->list #(1 2 3) 1 2) (vector->list #(1 2 3) 3))
;; => ((1 2 3) (2 3) (2) ())
(vector->list #(1 2 3) 2 1)
;; => !out-of-range
(vector-ref #(1 2) 2)
;; => !out-of-range
(vector-set! #(1 2) 0 'x)
;; => !immutable
(let ((v (vector 1 2 3 4 5))) (vector-copy! v 0 v 2) v)
;; => #(3 4 5 4 5)
(let ((v (vector 1 2 3 4 5))) (vector-copy! v 2 v 0 3) v)
;; => #(1 2 1 2 3)
(let ((v (vector 1 2 3))) (vector-copy! v 2 #(a b)))
;; => !out-of-range
(let ((v (vector 1 2 3))) (vector-fill! v 'x 1) (vector-fill! v 'y 0 1) v)
;; => #(y x x)
(list (vector-copy #(1 2 3)) (vector-copy #(1 2 3) 1) (vector-copy #(1 2 3) 1 2) (vector-append) (vector-append #(1) #() #(2 3)))
;; => (#(1 2 3) #(2 3) #(2) #() #(1 2 3))
(list (vector-map + #(1 2 3) #(10 20)) (vector-map (lambda (x) (* x x)) #()) (let ((out '())) (vector-for-each (lambda (a b) (set! out (cons (+ a b) out))) #(1 2) #(10 20 30)) out))
;; => (#(11 22) #() (22 11))
(list (map + '(1 2 3) '(10 20)) (map (lambda (x) x) '()) (let ((out '())) (for-each (lambda (a b) (set! out (cons (list a b) out))) '(1 2) '(x y z)) out))
;; => ((11 22) () ((2 y) (1 x)))
(let ((v (vector 'a 'b))) (vector-set! v 0 v) (eq? v (vector-ref v 0)))
;; => #t
(vector-map 5 #(1))
;; => !not-a-procedure
(list (bytevector) (bytevector 1 255) (make-bytevector 2 7) (bytevector-length (make-bytevector 3)) (bytevector-u8-ref #u8(1 2) 1))
;; => (#u8() #u8(1 255) #u8(7 7) 3 2)
(bytevector 256)
;; => !wrong-type
(let ((b (bytevector 1 2))) (bytevector-u8-set! b 0 -1))
;; => !wrong-type
(bytevector-u8-ref #u8(1) 1)
;; => !out-of-range
(let ((b (bytevector 1 2 3 4 5))) (bytevector-copy! b 0 b 2) (bytevector-copy! b 3 b 0 2) b)
;; => #u8(3 4 5 3 4)
(let ((b (bytevector 1 2 3))) (bytevector-copy! b 2 #u8(7 8)))
;; => !out-of-range
(list (bytevector-copy #u8(1 2 3) 1) (bytevector-copy #u8(1 2 3) 1 2) (bytevector-append) (bytevector-append #u8(1) #u8() #u8(2)))
;; => (#u8(2 3) #u8(2) #u8() #u8(1 2))
(list (utf8->string #u8(65 206 187)) (utf8->string #u8(0 65 66) 1) (utf8->string #u8(65 66 67) 1 2) (string->utf8 "Aλ😀") (string->utf8 "abc" 1) (string->utf8 "aλc" 1 2))
;; => ("Aλ" "AB" "B" #u8(65 206 187 240 159 152 128) #u8(98 99) #u8(206 187))
(guard (e ((error-object? e) 'error)) (utf8->string #u8(255)))
;; => error
(guard (e ((error-object? e) 'error)) (utf8->string #u8(#xED #xA0 #x80)))
;; => error
(guard (e ((error-object? e) 'error)) (utf8->string #u8(206 187) 1))
;; => error
(map equal? (list #u8(1 2) #(1 (2)) '(1 . 2) "ab" 1.5 1) (list (bytevector 1 2) (vector 1 (list 2)) (cons 1 2) (string #\a #\b) 1.5 1.0))
;; => (#t #t #t #t #t #f)
(equal? '#0=(1 2 . #0#) '#1=(1 2 1 2 . #1#))
;; => #t
(list (symbol=? 'a 'a 'a) (symbol=? 'a 'b) (boolean=? #t #t #t) (boolean=? #f #f #t))
;; => (#t #f #t #f)
(symbol=? 'a 1)
;; => !wrong-type
(boolean=? #t 1)
;; => !wrong-type
(map (lambda (x) (if x 'true 'false)) (list #t #f '() 0 "" '#() 'nil))
;; => (true false true true true true true)

; match: patterns in the manner of Wright and SRFI 204, and of Ouro's own collections.
(import (ouro base))
; Literals
(map (lambda (x) (match x (1 'one) ("a" 'text) (#\c 'char) (:k 'keyword) (#t 'true) (#f 'false) (() 'empty) (1.5 'float) (1/2 'ratio) (_ 'other))) (list 1 "a" #\c :k #t #f '() 1.5 1/2 'x))
;; => (one text char keyword true false empty float ratio other)
(map (lambda (x) (match x ('a 'symbol) ('(1 b) 'list) ('#(1 b) 'vector) ('[1 b] 'persistent) (_ 'other))) (list 'a '(1 b) #(1 b) '[1 b] '(1 c)))
;; => (symbol list vector persistent other)
(map (lambda (x) (match x (1 'exact) (1.0 'inexact))) '(1.0 1))
;; => (inexact exact)
(match #u8(1 2) (#u8(1 3) 'no) (#u8(1 2) 'bytes))
;; => bytes
; Names and _
(match '(1 2 3) ((_ x _) x))
;; => 2
(match '((1 2) (3 4)) (((a b) (c d)) (list d c b a)))
;; => (4 3 2 1)
(let ((a 1)) (match '(2) ((a) (set! a 9) a)))
;; => 9
(match 5 (else else))
;; => 5
; Lists and pairs
(map (lambda (x) (match x (() 0) ((_) 1) ((_ _) 2) ((_ . _) 'more) (_ 'none))) '(() (1) (1 2) (1 2 3) (1 . 2) 5))
;; => (0 1 2 more more none)
(match '(1 2 . 3) ((a b . c) (list a b c)))
;; => (1 2 3)
(match '(1 2) ((a b . c) (list a b c)))
;; => (1 2 ())
(match '(1 (2 (3 (4)))) ((a (b (c (d)))) (+ a b c d)))
;; => 10
(match '(1 . 2) ((a b) 'list) ((a . b) 'pair))
;; => pair
; Ellipses
(match '(1 2 3) ((x ...) x))
;; => (1 2 3)
(match '() ((x ...) x))
;; => ()
(match '(1 . 2) ((x ...) 'list) (_ 'dotted))
;; => dotted
(match '(1 2 3) ((a b ...) (list a b)))
;; => (1 (2 3))
(match '(1 2 3 4 5) ((a ... b c) (list a b c)))
;; => ((1 2 3) 4 5)
(match '(1 2 3 4 5) ((a b ... c d) (list a b c d)))
;; => (1 (2 3) 4 5)
(match '(1 2) ((a ... b c) (list a b c)))
;; => (() 1 2)
(match '(1) ((a ... b c) 'two) (_ 'fewer))
;; => fewer
(match '((a 1) (b 2) (c 3)) (((key value) ...) (list key value)))
;; => ((a b c) (1 2 3))
(match '((a 1 2) (b) (c 3)) (((key value ...) ...) (list key value)))
;; => ((a b c) ((1 2) () (3)))
(match '((1 2 x) (3 y)) (((n ... last) ...) (list n last)))
;; => (((1 2) (3)) (x y))
(match '((1 2) (3 4) end) (((a b) ... 'end) (list a b)) (_ 'no))
;; => ((1 3) (2 4))
(match '((1 2) (3)) (((a b) ...) 'pairs) (_ 'mixed))
;; => mixed
(match '(a a b) (('a ... x) x))
;; => b
(match '(1 2 3) (((? number? n) ...) n) (_ 'no))
;; => (1 2 3)
(match '(1 x 3) (((? number? n) ...) n) (_ 'no))
;; => no
(match '(let ((x 1) (y 2)) (+ x y)) (('let ((name value) ...) body ...) (list name value body)))
;; => ((x y) (1 2) ((+ x y)))
; Other ellipses: ___ is ..., ..k asks for at least k.
(match '(1 2 3) ((x ___) x))
;; => (1 2 3)
(map (lambda (x) (match x ((a ..2) a) ((a ..1) (list 'one a)) (_ 'none))) '((1 2 3) (1 2) (1) ()))
;; => ((1 2 3) (1 2) (one (1)) none)
(match '(1 2 3) ((a ..1 b c) (list a b c)))
;; => ((1) 2 3)
(match '(1 2) ((a ..1 b c) 'three) (_ 'fewer))
;; => fewer
; An ellipsis before a tail
(match '(1 2 . 3) ((a ... . b) (list a b)))
;; => ((1 2) 3)
(match '(1 2 3) ((a ... . b) (list a b)))
;; => ((1 2 3) ())
(match '(1 2 x . y) ((a ... b . c) (list a b c)))
;; => ((1 2) x y)
(match 5 ((a ... . b) (list a b)))
;; => (() 5)
; Vectors
(match #(1 2 3) (#(a b) 'two) (#(a _ c) (list a c)))
;; => (1 3)
(match #(1 (2 3) 4) (#(a (b c) d) (list a b c d)))
;; => (1 2 3 4)
(match #(1 2 3 4) (#(a ... b) (list a b)))
;; => ((1 2 3) 4)
(match #() (#() 'empty))
;; => empty
(match '(1 2) (#(a b) 'vector) ([a b] 'persistent) ((a b) 'list))
;; => list
; Persistent vectors and maps
(match [1 [2 3]] ([a [b c]] (list a b c)))
;; => (1 2 3)
(match [1 2 3 4] ([a ... b] (list a b)))
;; => ((1 2 3) 4)
(match {:a 1 :b 2} ({:a x} x))
;; => 1
(match {:a 1} ({:a x :b y} 'both) ({:a x} (list 'only x)))
;; => (only 1)
(match {:type :circle :radius 2} ({:type :square :side s} (* s s)) ({:type :circle :radius r} (list 'circle r)))
;; => (circle 2)
(match {:user {:name "Ada" :roles [:admin :author]}} ({:user {:name n :roles [first _ ...]}} (list n first)))
;; => ("Ada" :admin)
(match {"key" 1 'sym 2 3 4} ({"key" a 'sym b 3 c} (list a b c)))
;; => (1 2 4)
(match {:a #f} ({:a x} (list 'present x)))
;; => (present #f)
(match '() ({:a x} 'map) (_ 'other))
;; => other
(match {} ({} 'any-map))
;; => any-map
(map (lambda (event) (match event ({:kind :add :value (? number? n)} n) ({:kind :add} 'bad) (_ 'unknown))) (list {:kind :add :value 5} {:kind :add :value "x"} {:kind :drop}))
;; => (5 bad unknown)
; Predicates, views, combinations
(map (lambda (x) (match x ((? string?) 'string) ((? number? (? exact? n)) (list 'exact n)) ((? number? n) (list 'inexact n)))) '("a" 1 1.5))
;; => (string (exact 1) (inexact 1.5))
(match 5 ((? (lambda (x) (> x 3)) n) (list 'big n)))
;; => (big 5)
(match '(3 4) ((= length 2) 'two))
;; => two
(match "hello" ((= string-length (? odd? n)) n))
;; => 5
(match '((1 . a) (2 . b)) (((= car n) ...) n))
;; => (1 2)
(match 16 ((= sqrt (and root (? exact?))) root) (_ 'none))
;; => 4
(match '(1 2) ((and whole (a b)) (list whole a b)))
;; => ((1 2) 1 2)
(match 5 ((and) 'always))
;; => always
(map (lambda (x) (match x ((or 'a 'b 1) 'yes) (_ 'no))) '(a b 1 c))
;; => (yes yes yes no)
(match '(b 3) ((or ('a x) ('b x)) x))
;; => 3
(map (lambda (x) (match x ((or (? number? n) (_ n)) n))) '(1 (a 2)))
;; => (1 2)
(map (lambda (x) (match x ((not (? number?)) 'other) (n n))) '(1 a))
;; => (1 other)
(match '(1 2) (((and (? odd?) (not 3) n) _) n))
;; => 1
; Records
(define-record-type point (make-point x y) point? (x point-x) (y point-y))
(match (make-point 1 (make-point 2 3)) (($ point a ($ point b c)) (list a b c)))
;; => (1 2 3)
(map (lambda (p) (match p (($ point 0 0) 'origin) (($ point x) x) (_ 'none))) (list (make-point 0 0) (make-point 5 6) 'p))
;; => (origin 5 none)
(match (list (make-point 1 2) (make-point 3 4)) ((($ point x y) ...) (list x y)))
;; => ((1 3) (2 4))
; Quasiquote
(match '(add 1 (mul 2 3)) (`(add ,x (mul ,y ,z)) (list x y z)))
;; => (1 2 3)
(match '(let ((a 1) (b 2)) body) (`(let ((,name ,value) ...) ,body) (list name value body)))
;; => ((a b) (1 2) body)
(match '(a 1 2 3) (`(a ,x ... 3) x))
;; => (1 2)
(match '#(point 1 2) (`#(line ,a ,b) 'line) (`#(point ,a ,b) (list a b)))
;; => (1 2)
(match '[point 1 2] (`[point ,a ,b] (list a b)))
;; => (1 2)
(match '(a . b) (`(a . ,rest) rest))
;; => b
(match '(1 "x" :k) (`(1 "x" :k) 'same))
;; => same
(map (lambda (e) (match e (`(+ ,a 0) a) (`(* ,_ 0) 0) (other other))) '((+ x 0) (* y 0) (- z 1)))
;; => (x 0 (- z 1))
; Guards and the next clause
(map (lambda (n) (match n ((? number? x) (when (> x 10)) 'big) ((? number? x) (when (> x 5)) 'middling) (_ 'small))) '(20 7 1))
;; => (big middling small)
(match '(1 1) ((a b) (=> next) (if (= a b) (next) 'different)) (_ 'same))
;; => same
(match '(1 2) ((a b) (=> next) (if (= a b) (next) 'different)) (_ 'same))
;; => different
(match 5 (x (when (odd? x)) (=> next) (next)) (x (list 'second x)))
;; => (second 5)
(match 5 (x (define y (* x 2)) (+ x y)))
;; => 15
; Errors
(match 5)
;; => !no-match
(guard (e (#t (list (condition-code e) (condition-irritants e)))) (match '(1 2) ((a) a)))
;; => (:no-match ((1 2)))
(match '(1 2) ((a a) a))
;; => !bad-syntax
(match 1 ((... x) x))
;; => !bad-syntax
(match 1 ((x ... y ...) x))
;; => !bad-syntax
(match 1 ((= car) 1))
;; => !bad-syntax
(match 1 ((or x (y)) 1))
;; => !bad-syntax
(match 1 (#{x} 1))
;; => !bad-syntax
(match 1 ({x 1} 1))
;; => !bad-syntax
; Short forms
(map (match-lambda (0 'zero) ((a . _) a) (x (list x))) '(0 (1 2) 3))
;; => (zero 1 (3))
((match-lambda* ((a b) (+ a b)) ((a b . rest) rest)) 1 2)
;; => 3
((match-lambda* ((a b) (+ a b)) ((a b . rest) rest)) 1 2 3 4)
;; => (3 4)
(match-let (((a b) '(1 2)) ({:k c} {:k 3})) (list a b c))
;; => (1 2 3)
(match-let loop (((first . rest) '(1 2 3)) (sum 0)) (if (null? rest) (+ sum first) (loop rest (+ sum first))))
;; => 6
(match-let* (((a . b) '(1 2 3)) ((c d) b)) (list a c d))
;; => (1 2 3)
(match-let (((a) 5)) a)
;; => !no-match
; Hygiene: names of the expansion do not meet those of the program.
(let ((car list) (pair? list) (length list)) (match '(1 2 3) ((a b ... c) (list a b c))))
;; => (1 (2) 3)
(define-syntax second-of (syntax-rules () ((_ e) (match e ((_ x . _) x)))))
(let ((x 5)) (list x (second-of '(1 2 3))))
;; => (5 2)
; Loops over matches run in constant stack, and long lists match.
(let loop ((items (iota 100000)) (sum 0)) (match items (() sum) ((x . rest) (loop rest (+ sum x)))))
;; => 4999950000
(match (iota 10000) ((first middle ... last) (list first (length middle) last)))
;; => (0 9998 9999)

; R7RS 4.3: hygienic macros.
(import (scheme base))
(let-syntax ((given-that (syntax-rules () ((_ test stmt1 stmt2 ...) (if test (begin stmt1 stmt2 ...)))))) (let ((if #t)) (given-that if (set! if 'now)) if))
;; => now
(let ((x 'outer)) (let-syntax ((m (syntax-rules () ((m) x)))) (let ((x 'inner)) (m))))
;; => outer
(letrec-syntax ((my-or (syntax-rules () ((my-or) #f) ((my-or e) e) ((my-or e1 e2 ...) (let ((temp e1)) (if temp temp (my-or e2 ...)))))))
  (let ((x #f) (y 7) (temp 8) (let odd?) (if even?)) (my-or x (let temp) (if y) y)))
;; => 7
(define-syntax swap! (syntax-rules () ((_ a b) (let ((tmp a)) (set! a b) (set! b tmp)))))
(let ((tmp 1) (other 2)) (swap! tmp other) (list tmp other))
;; => (2 1)
(define-syntax be-like-begin (syntax-rules () ((be-like-begin name) (define-syntax name (syntax-rules () ((name expr (... ...)) (begin expr (... ...))))))))
(be-like-begin sequence)
(sequence 1 2 3 4)
;; => 4
(define-syntax be-like-begin2 (syntax-rules () ((_ name) (define-syntax name (... (syntax-rules () ((name expr ...) (begin expr ...))))))))
(be-like-begin2 sequence2)
(sequence2 1 2 3 5)
;; => 5
(define-syntax be-like-begin3 (syntax-rules dots () ((_ name) (define-syntax name (syntax-rules () ((name expr ...) (begin expr ...)))))))
(be-like-begin3 sequence3)
(sequence3 2 3 6)
;; => 6
(let ((=> #f)) (cond (#t => 'ok)))
;; => ok
(define-syntax simple-let (syntax-rules () ((_ (head ... ((x . y) val) . tail) body1 body2 ...) (syntax-error "expected an identifier but got" (x . y))) ((_ ((name val) ...) body1 body2 ...) ((lambda (name ...) body1 body2 ...) val ...))))
(simple-let ((a 1) (b 2)) (+ a b))
;; => 3
(simple-let ((a 1) ((b . c) 2)) a)
;; => !bad-syntax
(define-syntax tail-after (syntax-rules () ((_ a ... b c) '((a ...) b c))))
(tail-after 1 2 3 4)
;; => ((1 2) 3 4)
(tail-after 1 2)
;; => (() 1 2)
(tail-after 1)
;; => !bad-syntax
(define-syntax dotted-tail (syntax-rules () ((_ a ... b . c) '((a ...) b c))))
(dotted-tail 1 2 3 . 4)
;; => ((1 2) 3 4)
(dotted-tail 1 2 3)
;; => ((1 2) 3 ())
(define-syntax nested (syntax-rules () ((_ (a b ...) ...) '((b ... a) ...))))
(nested (1 2 3) (4) (5 6))
;; => ((2 3 1) (4) (6 5))
(define-syntax flatten (syntax-rules () ((_ (a ...) ...) '(a ... ...))))
(flatten (1 2) () (3))
;; => (1 2 3)
(define-syntax cross (syntax-rules () ((_ (a ...) (b ...)) '((a b ...) ...))))
(cross (1 2) (x y))
;; => ((1 x y) (2 x y))
(define-syntax unequal (syntax-rules () ((_ (a ...) (b ...)) '((a b) ...))))
(unequal (1 2) (3 4))
;; => ((1 3) (2 4))
(unequal (1 2) (3))
;; => !bad-syntax
(define-syntax in-vector (syntax-rules () ((_ #(a b ...)) '(a (b ...))) ((_ . other) 'no)))
(list (in-vector #(1 2 3)) (in-vector (1 2 3)) (in-vector #()))
;; => ((1 (2 3)) no no)
(define-syntax to-vector (syntax-rules () ((_ a ...) #(a ... end))))
(to-vector 1 2)
;; => #(1 2 end)
(define-syntax my-for (syntax-rules (in) ((_ x in items body) (map (lambda (x) body) items)) ((_ . other) 'no)))
(my-for n in '(1 2 3) (* n n))
;; => (1 4 9)
(my-for n of '(1 2 3) (* n n))
;; => no
(let ((in 1)) (my-for n in '(1 2 3) (* n n)))
;; => no
(define-syntax literal-data (syntax-rules () ((_ 1) 'one) ((_ "two") 'two) ((_ #\3) 'three) ((_ #t) 'true) ((_ ()) 'empty) ((_ x) 'other)))
(list (literal-data 1) (literal-data "two") (literal-data #\3) (literal-data #t) (literal-data ()) (literal-data 1.0))
;; => (one two three true empty other)
(define-syntax ignore (syntax-rules () ((_ _ x _) 'x)))
(ignore 1 2 3)
;; => 2
(define-syntax underscore-literal (syntax-rules (_) ((m _) 'underscore) ((m x) 'other)))
(list (underscore-literal _) (underscore-literal 5))
;; => (underscore other)
(define-syntax ellipsis-literal (syntax-rules (...) ((_ ...) 'dots) ((_ x) 'other)))
(list (ellipsis-literal ...) (ellipsis-literal 5))
;; => (dots other)
(let ((... 2)) (let-syntax ((s (syntax-rules () ((_ x ...) 'bad) ((_ . r) 'ok)))) (s a b c)))
;; => ok
(let-syntax () 5)
;; => 5
(let () (define-syntax foo (syntax-rules () ((_ x) (+ x 1)))) (define y (foo 5)) y)
;; => 6
(let () (define (f) (m 1)) (define-syntax m (syntax-rules () ((_ x) (list x)))) (f))
;; => (1)
(define-syntax jabberwocky (syntax-rules () ((_ hatter) (begin (define march-hare 42) (define-syntax hatter (syntax-rules () ((_) march-hare)))))))
(jabberwocky mad-hatter)
(mad-hatter)
;; => 42
(define-syntax define-counter (syntax-rules () ((_ next) (begin (define count 0) (define (next) (set! count (+ count 1)) count)))))
(define-counter next-a)
(define-counter next-b)
(list (next-a) (next-a) (next-b))
;; => (1 2 1)
(define-syntax mutual (syntax-rules () ((_ name) (begin (define (ping n) (if (= n 0) 'done (pong (- n 1)))) (define (pong n) (ping n)) (define name ping)))))
(mutual play)
(play 3)
;; => done
(let ((a 1)) (letrec-syntax ((foo (syntax-rules () ((_ b) (bar a b)))) (bar (syntax-rules () ((_ c d) (cons c (let ((c 3)) (list d c 'c))))))) (let ((a 2)) (foo a))))
;; => (1 2 3 a)
(define-syntax my-let (syntax-rules () ((_ ((n v) ...) . body) ((lambda (n ...) . body) v ...))))
(my-let ((x 1) (y 2)) (define z 3) (+ x y z))
;; => 6
(define-syntax while (syntax-rules () ((_ test body ...) (let loop () (when test body ... (loop))))))
(let ((i 0) (loop 'mine)) (while (< i 3) (set! i (+ i 1))) (list i loop))
;; => (3 mine)
(define-syntax kw (syntax-rules () ((_ name) 'name)))
(define-syntax through (syntax-rules () ((_) (kw inserted))))
(through)
;; => inserted
(define-syntax if-else (syntax-rules () ((_ c) (cond (c 1) (else 2)))))
(let ((else #f)) (if-else #f))
;; => 2
(define-syntax loops-forever (syntax-rules () ((_ x) (loops-forever x))))
(loops-forever 1)
;; => !limit-exceeded
(define-syntax grows-forever (syntax-rules () ((_ x) (list (grows-forever x)))))
(grows-forever 1)
;; => !nesting-too-deep
(define-syntax bad (syntax-rules () ((_ x x) 1)))
;; => !bad-syntax
(define-syntax bad (syntax-rules () ((_ x ... y ...) 1)))
;; => !bad-syntax
(define-syntax bad (syntax-rules () ((_ x ...) x)))
;; => !bad-syntax
(define-syntax bad (syntax-rules () ((_ x) (x ...))))
;; => !bad-syntax
(define-syntax bad 5)
;; => !bad-syntax
(list (define-syntax m (syntax-rules ())))
;; => !bad-syntax
else
;; => !bad-syntax
(define-syntax my-if if)
(my-if #f 1 2)
;; => 2
(let loop-syntax ((x 1)) (let-syntax ((m (syntax-rules () ((_ y) (+ x y))))) (m 2)))
;; => 3

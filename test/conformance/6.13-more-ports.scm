; R7RS 6.12 to 6.14: what ports of memory do at their edges, labels in what is written, environments and features.
(import (scheme base) (scheme read) (scheme write) (scheme eval) (scheme lazy) (scheme r5rs))
(define (written write x) (let ((port (open-output-string))) (write x port) (get-output-string port)))
(define circle (let ((x (list 1 2))) (set-cdr! (cdr x) x) x))
(define shared (let ((x (list 'a))) (list x x)))
(list (written write circle) (written write-shared circle) (written display circle))
;; => ("#0=(1 2 . #0#)" "#0=(1 2 . #0#)" "#0=(1 2 . #0#)")
(list (written write shared) (written write-shared shared) (written write-simple shared) (written display shared))
;; => ("((a) (a))" "(#0=(a) #0#)" "((a) (a))" "((a) (a))")
(let ((v (vector 1 #f))) (vector-set! v 1 v) (written write v))
;; => "#0=#(1 #0#)"
(let* ((a (list 1)) (b (list a a 2))) (set-cdr! (cddr b) b) (written write b))
;; => "#0=((1) (1) 2 . #0#)"
(let* ((a (list 1)) (b (list a a 2))) (set-cdr! (cddr b) b) (written write-shared b))
;; => "#0=(#1=(1) #1# 2 . #0#)"
(equal? (read (open-input-string (written write circle))) circle)
;; => #t
(written display '("a" #\b (c . "d") #("e")))
;; => "(a b (c . d) #(e))"
(let ((port (open-input-string "ab"))) (let* ((a (peek-char port)) (b (read-char port)) (c (peek-char port)) (d (read-char port)) (e (peek-char port)) (f (read-char port))) (list a b c d (eof-object? e) (eof-object? f))))
;; => (#\a #\a #\b #\b #t #t)
(let ((port (open-input-string "a\r\nb\rc\n"))) (let* ((a (read-line port)) (b (read-line port)) (c (read-line port)) (d (read-line port))) (list a b c (eof-object? d))))
;; => ("a" "b" "c" #t)
(let ((port (open-input-string "λ😀x"))) (let* ((a (read-string 2 port)) (b (read-string 2 port))) (list a b)))
;; => ("λ😀" "x")
(list (read-string 0 (open-input-string "abc")) (eof-object? (read-string 1 (open-input-string ""))))
;; => ("" #t)
(let ((port (open-input-string "(a . b) #;c \"d\" e"))) (let* ((a (read port)) (b (read port)) (c (read port)) (d (read port))) (list a b c (eof-object? d))))
;; => ((a . b) "d" e #t)
(let ((port (open-input-string "abc def"))) (let* ((a (read port)) (b (read-char port)) (c (read-char port))) (list a b c)))
;; => (abc #\space #\d)
(let ((port (open-input-string "x"))) (close-port port) (guard (e ((error-object? e) (input-port-open? port))) (read-char port)))
;; => #f
(let ((port (open-output-string))) (write 1 port) (close-output-port port) (guard (e ((error-object? e) (output-port-open? port))) (write 2 port)))
;; => #f
(let ((port (open-input-string "x"))) (close-input-port port) (close-input-port port) (close-port port) (input-port-open? port))
;; => #f
(guard (e ((error-object? e) 'error)) (close-input-port (open-output-string)))
;; => error
(let ((port (open-input-bytevector #u8(1 2 3 4 5)))) (let* ((a (read-bytevector 2 port)) (b (peek-u8 port)) (c (read-bytevector 9 port)) (d (read-bytevector 1 port))) (list a b c (eof-object? d))))
;; => (#u8(1 2) 3 #u8(3 4 5) #t)
(let ((b (make-bytevector 5 0)) (port (open-input-bytevector #u8(1 2 3)))) (let ((n (read-bytevector! b port 3))) (list n b)))
;; => (2 #u8(0 0 0 1 2))
(let ((b (make-bytevector 2 0))) (list (read-bytevector! b (open-input-bytevector #u8(7 8 9))) b))
;; => (2 #u8(7 8))
(read-bytevector 0 (open-input-bytevector #u8(1)))
;; => #u8()
(let ((port (open-output-bytevector))) (write-u8 1 port) (write-bytevector #u8(2 3 4 5) port 1 3) (get-output-bytevector port))
;; => #u8(1 3 4)
(list (textual-port? (open-input-string "")) (binary-port? (open-input-string "")) (binary-port? (open-input-bytevector #u8())) (textual-port? 5) (port? (current-output-port)) (port? 'x))
;; => (#t #f #t #f #t #f)
(guard (e ((error-object? e) 'error)) (read-u8 (open-input-string "a")))
;; => error
(guard (e ((error-object? e) 'error)) (write-char #\a (open-output-bytevector)))
;; => error
(call-with-port (open-input-string "a b") (lambda (port) (list (read port) (read port))))
;; => (a b)
(let ((port (open-input-string "a"))) (call-with-port port read) (input-port-open? port))
;; => #f
(call-with-values (lambda () (call-with-port (open-input-string "a b") (lambda (port) (values 1 2)))) list)
;; => (1 2)
(parameterize ((current-output-port (open-output-string))) (write-string "abc" (current-output-port) 1) (flush-output-port) (newline) (get-output-string (current-output-port)))
;; => "bc\n"
(let ((port (open-output-string))) (write 'a port) (let ((first (get-output-string port))) (write 'b port) (list first (get-output-string port))))
;; => ("a" "ab")
(list (eof-object? (eof-object)) (eof-object? 'eof) (eq? (eof-object) (read-char (open-input-string ""))))
;; => (#t #f #t)
(list (eval '(* 7 3) (environment '(scheme base))) (let ((f (eval '(lambda (f x) (f x x)) (null-environment 5)))) (f + 10)) (eval '(let ((x 1)) (car (list x))) (scheme-report-environment 5)))
;; => (21 20 1)
(eval '(foo) (environment '(only (scheme base) car)))
;; => !unbound-variable
(eval '(map car '((1) (2))) (environment '(prefix (only (scheme base) map car quote) s:)))
;; => !unbound-variable
(eval '(s:map s:car (s:quote ((1) (2)))) (environment '(prefix (only (scheme base) map car quote) s:)))
;; => (1 2)
(eval '(kar '(1)) (environment '(rename (except (scheme base) cdr) (car kar))))
;; => 1
(null-environment 4)
;; => !out-of-range
(list (list? (features)) (and (memq 'r7rs (features)) #t) (and (memq 'full-unicode (features)) #t))
;; => (#t #t #t)
(list (cond-expand (r7rs 1) (else 2)) (cond-expand ((and r7rs (not no-such)) 1) (else 2)) (cond-expand ((or no-such (library (scheme base))) 1) (else 2)) (cond-expand ((library (no such)) 1) (else 2)) (cond-expand ((and) 1)) (cond-expand ((or) 1) (else 2)))
;; => (1 1 1 2 1 2)
(cond-expand ((not r7rs) (define from 'no)) (else (define from 'else)))
from
;; => else
(define-library (my lib 1) (export (rename inner outer) count! helper) (import (scheme base)) (cond-expand (r7rs (begin (define n 0))) (else (begin (define n 'bad)))) (begin (define inner 'renamed) (define (count!) (set! n (+ n 1)) n) (define-syntax helper (syntax-rules () ((_ x) (list n x))))))
(import (prefix (my lib 1) my:))
(list my:outer (my:count!) (my:count!) (my:helper 'x))
;; => (renamed 1 2 (2 x))
(import (only (my lib 1) no-such))
;; => !import-error
(import (rename (only (my lib 1) count!) (count! tick)))
(tick)
;; => 3
(list (char-ready? (open-input-string "")) (u8-ready? (open-input-bytevector #u8())))
;; => (#t #t)

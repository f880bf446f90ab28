; R7RS 6.13: input and output on string and bytevector ports.
(import (scheme base) (scheme read) (scheme write))
(define (written x) (let ((port (open-output-string))) (write x port) (get-output-string port)))
(define (displayed x) (let ((port (open-output-string))) (display x port) (get-output-string port)))
(written "a\"b")
;; => "\"a\\\"b\""
(displayed "a\"b")
;; => "a\"b"
(list (written #\a) (displayed #\a) (displayed '(1 "two" #\3)) (written '(1 . 2)) (written '|a b|))
;; => ("#\\a" "a" "(1 two 3)" "(1 . 2)" "|a b|")
(let ((x (list 1))) (written (list x x)))
;; => "((1) (1))"
(let ((port (open-output-string)) (x (list 1))) (write-shared (list x x) port) (get-output-string port))
;; => "(#0=(1) #0#)"
(let ((port (open-output-string))) (write-simple '(1 "a") port) (get-output-string port))
;; => "(1 \"a\")"
(let ((port (open-output-string))) (write-string "hello" port 1 3) (newline port) (write-char #\x port) (get-output-string port))
;; => "el\nx"
(parameterize ((current-output-port (open-output-string))) (display "abc") (write 'd) (newline) (get-output-string (current-output-port)))
;; => "abcd\n"
(let ((port (open-input-string "hello (a b) 12"))) (let* ((a (read port)) (b (read port)) (c (read port)) (d (read port))) (list a b c (eof-object? d))))
;; => (hello (a b) 12 #t)
(let ((port (open-input-string "abc"))) (let* ((a (peek-char port)) (b (read-char port)) (c (read-char port)) (d (read-char port)) (e (read-char port))) (list a b c d (eof-object? e))))
;; => (#\a #\a #\b #\c #t)
(let ((port (open-input-string "one\ntwo\n\nfour"))) (let* ((a (read-line port)) (b (read-line port)) (c (read-line port)) (d (read-line port)) (e (read-line port))) (list a b c d (eof-object? e))))
;; => ("one" "two" "" "four" #t)
(let ((port (open-input-string "abcdef"))) (let* ((a (read-string 4 port)) (b (read-string 4 port)) (c (read-string 4 port))) (list a b (eof-object? c))))
;; => ("abcd" "ef" #t)
(parameterize ((current-input-port (open-input-string "x y"))) (let* ((a (read)) (b (read-char)) (c (read-line))) (list a b c)))
;; => (x #\space "y")
(eof-object? (read-char))
;; => #t
(let ((port (open-input-bytevector #u8(1 2 3 4)))) (let* ((a (peek-u8 port)) (b (read-u8 port)) (c (read-bytevector 2 port)) (d (read-u8 port)) (e (read-u8 port))) (list a b c d (eof-object? e))))
;; => (1 1 #u8(2 3) 4 #t)
(let ((port (open-input-bytevector #u8(1 2 3))) (bv (make-bytevector 5 0))) (let ((n (read-bytevector! bv port 1 4))) (list n bv)))
;; => (3 #u8(0 1 2 3 0))
(let ((port (open-output-bytevector))) (write-u8 1 port) (write-bytevector #u8(2 3 4) port) (write-bytevector #u8(5 6 7) port 1 2) (get-output-bytevector port))
;; => #u8(1 2 3 4 6)
(list (char-ready? (open-input-string "a")) (u8-ready? (open-input-bytevector #u8(1))))
;; => (#t #t)
(let ((port (open-input-string "a"))) (list (port? port) (input-port? port) (output-port? port) (textual-port? port) (binary-port? port) (input-port-open? port)))
;; => (#t #t #f #t #f #t)
(let ((port (open-input-string "a"))) (close-port port) (input-port-open? port))
;; => #f
(let ((port (open-output-string))) (close-output-port port) (output-port-open? port))
;; => #f
(let ((kept #f)) (list (call-with-port (open-input-string "datum") (lambda (port) (set! kept port) (read port))) (input-port-open? kept)))
;; => (datum #f)
(guard (e ((read-error? e) 'read-error)) (read (open-input-string "(1 2")))
;; => read-error
(guard (e ((read-error? e) 'read-error)) (read (open-input-string ")")))
;; => read-error
(list (textual-port? (current-output-port)) (output-port? (current-error-port)) (input-port? (current-input-port)))
;; => (#t #t #t)
(begin (flush-output-port) (eof-object? (eof-object)))
;; => #t
(read (open-input-string "#;(hidden) #| block #| nested |# |# visible ; rest"))
;; => visible
(written (read (open-input-string "#0=(a . #0#)")))
;; => "#0=(a . #0#)"

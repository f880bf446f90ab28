; R7RS chapter 2: identifiers, whitespace, comments, directives and datum labels, and 7.1.1 where it says more.
(import (scheme base) (scheme read) (scheme write) (scheme char))
(define (reads text) (read (open-input-string text)))
(define (reads-all text) (let ((port (open-input-string text))) (let loop ((data '())) (let ((datum (read port))) (if (eof-object? datum) (reverse data) (loop (cons datum data)))))))
(define (written x) (let ((port (open-output-string))) (write x port) (get-output-string port)))
(define (error-of thunk) (guard (e ((read-error? e) 'read-error) ((error-object? e) 'error)) (thunk)))
(map symbol? '(... + +soup+ <=? ->string a34kTMNs lambda list->vector q V17a - -> .. .a !$%&*/:<=>?^_~))
;; => (#t #t #t #t #t #t #t #t #t #t #t #t #t #t #t)
'|two words|
;; => |two words|
(eq? '|two\x20;words| '|two words|)
;; => #t
(eq? '|abc| 'abc)
;; => #t
(symbol->string '||)
;; => ""
(list '|| '|a\|b| '|\t\n| '|\x41;bc|)
;; => (|| |a\|b| |\t\n| Abc)
(map written (map string->symbol '("." "1" "+i" "a(b" "A" "#x" "-1.5e3" "1+" "|")))
;; => ("|.|" "|1|" "|+i|" "|a(b|" "A" "|#x|" "|-1.5e3|" "1+" "|\\||")
(map (lambda (name) (eq? (string->symbol name) (reads (written (string->symbol name))))) '("." "1" "" " " "a;b" "a'b" "a\"b" "\\" "\n" "λ" "+inf.0" "-" "..." "1/2" "#t" "é" "\x0;"))
;; => (#t #t #t #t #t #t #t #t #t #t #t #t #t #t #t #t #t)
(list 'abc 'ABC (eq? 'abc 'ABC))
;; => (abc ABC #f)
(reads "#!fold-case HELLO World")
;; => hello
(reads-all "A #!fold-case B |C| #\\D \"E\" #!no-fold-case F")
;; => (A b C #\D "E" F)
(reads "#!fold-case STRASSE")
;; => strasse
(reads "#!fold-case #\\SPACE")
;; => #\space
(reads-all "1 ; to the end of the line\n2")
;; => (1 2)
(reads-all "1 #| block #| nested |# still |# 2")
;; => (1 2)
(reads-all "1 #;2 3 #;(4 5) 6 #; ; and a line\n 7 8")
;; => (1 3 6 8)
(reads-all "#;#;1 2 3")
;; => (3)
(reads "(1 #;2 . 3)")
;; => (1 . 3)
(reads "(1 . 2 #;3)")
;; => (1 . 2)
(reads "#(1 #;2 #|3|# 4)")
;; => #(1 4)
(list #true #false #t #f '#t)
;; => (#t #f #t #f #t)
(map char->integer '(#\alarm #\backspace #\delete #\escape #\newline #\null #\return #\space #\tab))
;; => (7 8 127 27 10 0 13 32 9)
(list #\a #\A #\( #\space #\x #\x41 #\λ #\x3bb #\; #\" #\#)
;; => (#\a #\A #\( #\space #\x #\A #\λ #\λ #\; #\" #\#)
(map written (list #\a #\space #\newline #\tab #\null #\delete #\escape #\alarm #\backspace #\return #\x1 #\( #\λ))
;; => ("#\\a" "#\\space" "#\\newline" "#\\tab" "#\\null" "#\\delete" "#\\escape" "#\\alarm" "#\\backspace" "#\\return" "#\\x1" "#\\(" "#\\λ")
(map char->integer (string->list "\a\b\t\n\r\"\\\|\x41;"))
;; => (7 8 9 10 13 34 92 124 65)
"one \
   line"
;; => "one line"
"two
lines"
;; => "two\nlines"
"trailing \   
  	gone"
;; => "trailing gone"
(string-length "\x1F600;")
;; => 1
(written "tab\tquote\"back\\newline\n\a\x1;")
;; => "\"tab\\tquote\\\"back\\\\newline\\n\\a\\x1;\""
(reads "#u8(0 255 #xff)")
;; => #u8(0 255 255)
(reads "#U8(1)")
;; => #u8(1)
'#(a #(b) "c")
;; => #(a #(b) "c")
(list (quote #(1 2)) #(1 2) #u8(1) "s" #\c 1.5)
;; => (#(1 2) #(1 2) #u8(1) "s" #\c 1.5)
(map reads '("'a" "`a" ",a" ",@a" "' a" "''a"))
;; => ('a `a ,a ,@a 'a ''a)
(equal? (reads "'a") '(quote a))
;; => #t
(let ((x '#0=(a b . #0#))) (list (car x) (cadr x) (eq? x (cddr x))))
;; => (a b #t)
(let ((x (reads "#0=(a #1=(b #0#) . #1#)"))) (list (eq? (cadr x) (cddr x)) (eq? (cadr (cadr x)) x)))
;; => (#t #t)
(let ((x (reads "#0=#(1 #0# 2)"))) (eq? x (vector-ref x 1)))
;; => #t
(reads "(#5=\"shared\" #5# #5#)")
;; => ("shared" "shared" "shared")
(let ((x (reads "(#0=\"s\" #0#)"))) (eq? (car x) (cadr x)))
;; => #t
(map (lambda (text) (error-of (lambda () (reads text)))) '(")" "(1 . )" "( . 1)" "(1 . 2 3)" "#(1 . 2)" "#u8(256)" "#u8(a)" "\"\\q\"" "#\\nosuch" "#<" "#0#" "(1" "\"abc" "#| open" "|abc" "#;"))
;; => (read-error read-error read-error read-error read-error read-error read-error read-error read-error read-error read-error read-error read-error read-error read-error read-error)
(map (lambda (x) (equal? x (reads (written x)))) (list 1 1.5 -0.0 1/2 "a\\b\"" #\" #\space '|a b| '(1 . 2) '(()) '#(1 (2)) #u8(1 2) '(quote x) '(quote x y) '(quasiquote (unquote x)) #t '() (string #\x0 #\x7f #\x80) (string->symbol "")))
;; => (#t #t #t #t #t #t #t #t #t #t #t #t #t #t #t #t #t #t #t)
(map written '((quote a) (quote a b) (quote . a) (quote) (quasiquote (a (unquote b) (unquote-splicing c)))))
;; => ("'a" "(quote a b)" "(quote . a)" "(quote)" "`(a ,b ,@c)")
(reads-all "(a)b\"c\"#\\d(e)")
;; => ((a) b "c" #\d (e))
(reads "\xFEFF;a")
;; => a

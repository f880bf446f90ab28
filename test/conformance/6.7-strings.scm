; R7RS 6.7: strings, by code point, with full case folding and copies that overlap.
(import (scheme base) (scheme char) (scheme write))
(list (make-string 0) (make-string 2 #\x) (string) (string #\a #\λ) (string-length (make-string 3)))
;; => ("" "xx" "" "aλ" 3)
(let ((s (string #\a #\x1F600 #\b))) (list (string-length s) (string-ref s 1) (string-ref s 2) (substring s 1 2)))
;; => (3 #\😀 #\b "😀")
(let ((s (string #\a #\b))) (string-set! s 0 #\x1F600) (string-set! s 1 #\c) (list s (string-length s)))
;; => ("😀c" 2)
(string-set! "literal" 0 #\x)
;; => !immutable
(string-set! (symbol->string 'abc) 0 #\x)
;; => !immutable
(string-ref "abc" 3)
;; => !out-of-range
(string-ref "abc" -1)
;; => !out-of-range
(string-ref "abc" 1.0)
;; => !wrong-type
(list (string=? "a" "a" "a") (string<? "a" "b" "c") (string<? "a" "b" "b") (string>? "c" "b" "a") (string<=? "a" "a" "b") (string>=? "b" "b" "a"))
;; => (#t #t #f #t #t #t)
(list (string<? "abc" "abcd") (string<? "z" "λ") (string<? "\xFFFD;" "\x1F600;") (string<? "" "a"))
;; => (#t #t #t #t)
(list (string-ci=? "Straße" "STRASSE") (string-ci=? "ΑΣ" "ας") (string-ci<? "a" "B") (string-ci>? "B" "a") (string-ci<=? "A" "a") (string-ci>=? "a" "A"))
;; => (#t #t #t #t #t #t)
(list (string-upcase "Straße") (string-downcase "ΧΑΟΣ") (string-downcase "ΧΑΟΣΣ") (string-foldcase "Straße") (string-foldcase "ΧΑΟΣ") (string-upcase "ﬁ"))
;; => ("STRASSE" "χαος" "χαοσς" "strasse" "χαοσ" "FI")
(list (substring "hello" 1 3) (substring "hello" 2 2) (substring "hello" 0 5))
;; => ("el" "" "hello")
(substring "hello" 3 2)
;; => !out-of-range
(list (string-append) (string-append "a") (string-append "a" "" "bc"))
;; => ("" "a" "abc")
(list (string->list "abc") (string->list "abc" 1) (string->list "abc" 1 2) (list->string '(#\a #\b)) (list->string '()))
;; => ((#\a #\b #\c) (#\b #\c) (#\b) "ab" "")
(list->string '(1))
;; => !wrong-type
(list (string-copy "abc") (string-copy "abc" 1) (string-copy "abc" 1 2) (eq? "abc" (string-copy "abc")))
;; => ("abc" "bc" "b" #f)
(let ((s (string-copy "abcde"))) (string-copy! s 0 s 2) s)
;; => "cdede"
(let ((s (string-copy "abcde"))) (string-copy! s 2 s 0 3) s)
;; => "ababc"
(let ((s (string-copy "abcde"))) (string-copy! s 1 s 1 4) s)
;; => "abcde"
(let ((s (string-copy "abcde"))) (string-copy! s 3 "xyz"))
;; => !out-of-range
(let ((s (string-copy "abcde"))) (string-copy! s 5 "xyz" 3) s)
;; => "abcde"
(let ((s (make-string 4 #\a))) (string-fill! s #\b) (string-fill! s #\c 1 3) s)
;; => "bccb"
(let ((s (string-copy "ab"))) (string-fill! s #\x1F600) (string-length s))
;; => 2
(list (string->vector "abc") (string->vector "abc" 1) (string->vector "abc" 1 2) (vector->string #(#\a #\b)) (vector->string #(#\a #\b #\c) 1 2))
;; => (#(#\a #\b #\c) #(#\b #\c) #(#\b) "ab" "b")
(list (string-map char-upcase "abc") (string-map (lambda (a b) (if (char<? a b) a b)) "adc" "bbbzz") (string-map char-upcase ""))
;; => ("ABC" "abb" "")
(let ((pairs '())) (string-for-each (lambda (a b) (set! pairs (cons (list a b) pairs))) "abc" "xy") (reverse pairs))
;; => ((#\a #\x) (#\b #\y))
(string-map (lambda (c) 1) "abc")
;; => !wrong-type
(list (string->symbol "A b") (symbol->string 'abc) (eq? 'abc (string->symbol "abc")))
;; => (|A b| "abc" #t)
(list (string? "") (string? 'a) (string? #\a))
;; => (#t #f #f)
(list (string=? "é" "e\x301;") (string-length "e\x301;"))
;; => (#f 2)
(let* ((k #f) (n 0) (s (string-map (lambda (c) (call/cc (lambda (next) (if (char=? c #\b) (set! k next)) c))) "abc"))) (set! n (+ n 1)) (if (= n 1) (k #\X) s))
;; => "aXc"

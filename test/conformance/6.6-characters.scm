; R7RS 6.6: characters, their classes and cases.
(import (scheme base) (scheme char))
(map (lambda (c) (list (char-alphabetic? c) (char-numeric? c) (char-whitespace? c) (char-upper-case? c) (char-lower-case? c))) '(#\a #\A #\1 #\space #\- #\λ #\Λ #\ß #\x660 #\x3000))
;; => ((#t #f #f #f #t) (#t #f #f #t #f) (#f #t #f #f #f) (#f #f #t #f #f) (#f #f #f #f #f) (#t #f #f #f #t) (#t #f #f #t #f) (#t #f #f #f #t) (#f #t #f #f #f) (#f #f #t #f #f))
(map digit-value '(#\0 #\9 #\a #\x0664 #\x0AE6 #\x0EA6 #\½ #\x1D7D8))
;; => (0 9 #f 4 0 #f #f 0)
(map char-upcase '(#\a #\A #\1 #\ß #\λ #\ı #\ÿ))
;; => (#\A #\A #\1 #\ß #\Λ #\I #\Ÿ)
(map char-downcase '(#\a #\A #\1 #\Λ #\Σ #\Ÿ))
;; => (#\a #\a #\1 #\λ #\σ #\ÿ)
(map char-foldcase '(#\A #\a #\Σ #\ς #\σ #\1))
;; => (#\a #\a #\σ #\σ #\σ #\1)
(list (char-ci=? #\a #\A #\a) (char-ci=? #\ς #\Σ) (char-ci=? #\a #\b) (char-ci<? #\a #\B #\c) (char-ci>? #\C #\b #\A) (char-ci<=? #\a #\A #\b) (char-ci>=? #\b #\B #\a))
;; => (#t #t #f #t #t #t #t)
(list (char<? #\a #\b #\c) (char<? #\a #\c #\b) (char>? #\c #\b #\a) (char<=? #\a #\a #\b) (char>=? #\b #\b #\a) (char=? #\a #\a #\a) (char<? #\a))
;; => (#t #f #t #t #t #t #t)
(list (char->integer #\A) (integer->char 955) (char->integer (integer->char #x10FFFF)) (char->integer #\x1F600))
;; => (65 #\λ 1114111 128512)
(integer->char #xD800)
;; => !out-of-range
(integer->char #x110000)
;; => !out-of-range
(integer->char -1)
;; => !out-of-range
(char-upcase "a")
;; => !wrong-type
(char<? #\a 1)
;; => !wrong-type
(list (char? #\a) (char? "a") (char? 'a) (char? 97))
;; => (#t #f #f #f)
(map char-alphabetic? '(#\é #\x4E2D #\_ #\0))
;; => (#t #t #f #f)
(map char-whitespace? '(#\newline #\tab #\return #\xA0 #\x200B #\x1680))
;; => (#t #t #t #t #f #t)

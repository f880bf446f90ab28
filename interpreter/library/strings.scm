; Procedures over strings that call what they are given (R7RS 6.10; the usual ones of SRFI 13 and 152).
(define-library (ouro strings)
  (export string-map string-for-each string-count string-any string-every string-filter string-fold
          string-find string-reverse)
  (import (ouro kernel) (ouro traversal))
  (begin

    (define (string-map procedure string . strings)
      "A string of the characters that the procedure gives for each character, or for those of several strings side by side."
      (list->string (apply map procedure (string->list string) (map string->list strings))))

    (define (string-for-each procedure string . strings)
      "Calls the procedure with each character, in order, or with those of several strings side by side."
      (apply for-each procedure (string->list string) (map string->list strings)))

    (define (string-count string predicate)
      "How many characters satisfy the predicate."
      (count predicate (string->list string)))

    (define (string-any predicate string)
      "The first value other than #f that the predicate gives for a character, or #f."
      (any predicate (string->list string)))

    (define (string-every predicate string)
      "The last value that the predicate gives, if it gives #f for no character; #t for none."
      (every predicate (string->list string)))

    (define (string-filter predicate string)
      "The string without the characters that do not satisfy the predicate."
      (list->string (filter predicate (string->list string))))

    (define (string-fold procedure initial string)
      "Combines the characters from the left: (procedure character accumulated) gives the next accumulated value."
      (fold procedure initial (string->list string)))

    (define (string-find string predicate)
      "The index of the first character that satisfies the predicate, or #f."
      (list-index predicate (string->list string)))

    (define (string-reverse string)
      "The characters in the opposite order."
      (list->string (reverse (string->list string))))))

; Patterns for what people say: words that must stand there, and names for what may stand between.
(define-library (genome turn pattern)
  (export match-pattern match-any compile-pattern match-words words-of without-comma plain
          unquoted content-words)
  (import (ouro base))
  (begin

    (define (match-any patterns text)
      "What the first fitting pattern of a vector captures, or #f."
      (let ((words (words-of (plain text))))
        (any (lambda (pattern) (match-words (compile-pattern pattern) words)) (->list patterns))))

    (define (match-pattern pattern text)
      "A map from each name of the pattern to the words that it captured, or #f if the text does not fit. In \"add ?item to ?list\" each ?name takes one word or more, as few as will do; case, commas and closing punctuation do not count."
      (match-words (compile-pattern pattern) (words-of (plain text))))

    (define (compile-pattern pattern)
      "The pattern as match-words wants it: a list of words, and of keywords for its names."
      (map (lambda (word) (or (name-of word) (string-downcase (without-comma word))))
           (words-of pattern)))

    (define (match-words compiled words)
      "As match-pattern does, for a compiled pattern and a list of words."
      (fit compiled words {}))

    (define (words-of text)
      "A list of the words in the text."
      (filter (lambda (word) (not (string-null? word)))
              (string-split (string-replace-all (string-replace-all text "\n" " ") "\t" " ") " ")))

    (define (plain text)
      "The text without punctuation at its end."
      (let ((last (- (string-length text) 1)))
        (if (and (>= last 0) (memv (string-ref text last) '(#\? #\! #\. #\… #\space)))
            (plain (substring text 0 last))
            text)))

    (define quotes '(("\"" . "\"") ("'" . "'") ("“" . "”") ("„" . "“") ("‘" . "’")))

    (define (unquoted text)
      "The text without the quotes around all of it."
      (let ((around (find (lambda (pair)
                            (and (> (string-length text) 1)
                                 (string-prefix? (car pair) text)
                                 (string-suffix? (cdr pair) text)))
                          quotes)))
        (if around (substring text 1 (- (string-length text) 1)) text)))

    (define (fit pattern words captured)
      (cond ((null? pattern) (and (null? words) captured))
            ((keyword? (car pattern)) (capture (car pattern) (cdr pattern) words captured))
            ((and (pair? words) (same-word? (car pattern) (car words)))
             (fit (cdr pattern) (cdr words) captured))
            (else #f)))

    ;; Takes one word more each time until the rest fits; at the pattern's end takes all at once.
    (define (capture name pattern words captured)
      (if (null? pattern)
          (and (pair? words) (put captured name (string-join words)))
          (let more ((taken '()) (words words))
            (and (pair? words)
                 (let ((taken (cons (car words) taken)))
                   (or (fit pattern
                            (cdr words)
                            (put captured name (without-comma (string-join (reverse taken)))))
                       (more taken (cdr words))))))))

    (define (name-of word)
      (and (> (string-length word) 1)
           (char=? (string-ref word 0) #\?)
           (string->keyword (without-comma (substring word 1 (string-length word))))))

    (define (same-word? pattern word)
      (string-ci=? pattern (without-comma word)))

    (define (without-comma word)
      "The word without the comma or colon that closes it."
      (if (or (string-suffix? "," word) (string-suffix? ":" word))
          (substring word 0 (- (string-length word) 1))
          word))

    (define small-words
      #{"a" "an" "the" "my" "your" "our" "is" "are" "was" "of" "to" "in" "on" "at" "that" "this"
        "it" "and" "about" "for" "i" "me" "what" "you" "know" "do"})

    (define (content-words text)
      "The words that carry meaning, in small letters; all words if none does."
      (let* ((words (map string-downcase (words-of (plain text))))
             (telling (filter (lambda (word) (not (contains-key? small-words word))) words)))
        (if (null? telling) words telling)))))

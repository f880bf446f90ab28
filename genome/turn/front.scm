; What a text says of itself before it begins: its name and description, between two lines of ---, as YAML writes them.
(define-library (genome turn front)
  (export front-matter after-front)
  (import (ouro base) (genome turn pattern))
  (begin

    ;; YAML 1.2.2, as far as texts of a line or more go: plain, in quotes, or in a block.

    (define known-fields {"name" :name "description" :description})

    (define (front-matter text)
      "The :name and :description that stand before a text, as far as there are any."
      (let ((lines (lines-of text)))
        (if (and (pair? lines) (border? (car lines)))
            (fields-in (take-while (lambda (line) (not (border? line))) (cdr lines)))
            {})))

    (define (after-front text)
      "The text after what it says of itself."
      (let* ((lines (lines-of text))
             (rest (drop-while (lambda (line) (not (border? line)))
                               (if (pair? lines) (cdr lines) '()))))
        (string-join (if (pair? rest) (cdr rest) '()) "\n")))

    ;; Some editors begin a file with a mark of its encoding; empty lines before all say nothing.
    (define (lines-of text)
      (drop-while (lambda (line) (string-null? (string-trim-right line)))
                  (string-split (string-replace-all (string-replace-all text "\xfeff;" "") "\r" "")
                                "\n")))

    (define (border? line)
      (equal? (string-trim-right line) "---"))

    (define (fields-in lines)
      (if (null? lines)
          {}
          (let* ((parts (string-split (car lines) ":"))
                 (field (get known-fields (unquoted (string-trim-right (car parts))) #f))
                 (more (take-while inner? (cdr lines))))
            (merge (if (and field (pair? (cdr parts)))
                       {field (value-of (trimmed (string-join (cdr parts) ":")) more)}
                       {})
                   (fields-in (drop (cdr lines) (length more)))))))

    ;; What is indented goes on with the line before, and so do empty lines among it.
    (define (inner? line)
      (or (string-null? line) (char-whitespace? (string-ref line 0))))

    (define (value-of first more)
      (if (block? (without-comment first))
          (trimmed (string-join more " "))
          (let ((text (trimmed (string-join (cons first more) " "))))
            (match (string->list text)
              ((#\" . chars) (trimmed (or (double-quoted chars) text)))
              ((#\' . chars) (or (single-quoted chars) text))
              (_ (without-comment text))))))

    ;; ">", "|-", ">2-"
    (define (block? text)
      (match (string->list text)
        (((or #\> #\|) . signs)
         (and (<= (length signs) 2)
              (every (lambda (sign) (memv sign (string->list "+-123456789"))) signs)))
        (_ #f)))

    (define (without-comment text)
      (if (string-prefix? "#" text) "" (string-trim-right (car (string-split text " #")))))

    ;; Each takes the characters after the quote that opens, and gives the text up to the one that closes, or #f.

    (define (single-quoted chars)
      (let read ((chars chars) (made '()))
        (match chars
          ((#\' #\' . rest) (read rest (cons #\' made)))
          ((#\' . _) (list->string (reverse made)))
          ((char . rest) (read rest (cons char made)))
          (_ #f))))

    (define (double-quoted chars)
      (let read ((chars chars) (made '()))
        (match chars
          ((#\\ #\u . _) (numbered chars 4 made read))
          ((#\\ #\x . _) (numbered chars 2 made read))
          ((#\\ #\U . _) (numbered chars 8 made read))
          ((#\\ (or #\n #\t #\r #\_) . rest) (read rest (cons #\space made)))
          ((#\\ char . rest) (read rest (cons char made)))
          ((#\" . _) (list->string (reverse made)))
          ((char . rest) (read rest (cons char made)))
          (_ #f))))

    ;; A character by its number in so many digits; as JSON writes them, two numbers may be one.
    (define (numbered chars digits made read)
      (let* ((rest (drop chars 2)) (code (code-in rest digits)))
        (cond ((not code) (read (cdr chars) made))
              ((not (<= #xd800 code #xdfff))
               (read (drop rest digits) (cons (integer->char code) made)))
              (else
               (let ((low (match (drop rest digits)
                            ((#\\ #\u . more) (code-in more 4))
                            (_ #f))))
                 (if (and low (< code #xdc00) (<= #xdc00 low #xdfff))
                     (read (drop rest (+ digits 6))
                           (cons (integer->char (+ #x10000
                                                   (* 1024 (- code #xd800))
                                                   (- low #xdc00)))
                                 made))
                     (read (drop rest digits) (cons #\xfffd made))))))))

    (define (code-in chars digits)
      (and (>= (length chars) digits)
           (let ((code (string->number (list->string (take chars digits)) 16)))
             (and (exact-integer? code) (<= 0 code #x10ffff) code))))

    (define (trimmed text)
      (string-join (words-of text)))))

; Questions that notes answer: "when is the demo?" after "remember that the demo is on Friday".
(define-library (genome turn questions)
  (export question? answer-surely answer-perhaps)
  (import (ouro base) (genome turn reply) (genome turn pattern) (genome turn recall)
          (genome turn calendar) (genome turn clock) (genome turn schedule) (genome turn reminders))
  (begin

    (define asking-words
      #{"when" "where" "who" "whom" "whose" "what" "which" "how" "why" "is" "are" "was" "were" "do"
        "does" "did" "has" "have" "can" "will" "when's" "where's" "who's" "what's" "how's" "whats"
        "wheres" "whens"})

    ;; Words of a question that say nothing of what it is about.
    (define frame-words
      (into asking-words
            ["a" "an" "the" "my" "your" "our" "his" "her" "their" "of" "to" "in" "on" "at" "that"
             "this" "it" "and" "about" "for" "from" "with" "i" "me" "we" "you" "he" "she" "they"
             "much" "many" "time" "date" "day" "called" "again" "be" "am" "there" "should" "would"
             "could" "must" "need" "please" "know" "remember" "got" "get" "go" "exactly" "kind"
             "long" "far" "old" "often" "put" "say" "said" "told" "tell" "ouro"]))

    (define (question? text)
      "True if the text asks something."
      (let ((words (words-of text)))
        (and (pair? words)
             (or (string-suffix? "?" text)
                 (contains-key? asking-words (string-downcase (car words)))))))

    (define (answer-surely context)
      "An answer from notes that hold all that the question is about, the last said first, or from what is planned; #f if there is none."
      (let ((words (telling-words (:text context))))
        (and (pair? words)
             (let ((found (best-notes words (length words))))
               (if (pair? found) (answer found "" context) (answer-planned words context))))))

    ;; What is planned tells when.
    (define (answer-planned words context)
      (let ((found (filter (lambda (entry) (= (hits entry words) (length words)))
                           (entries-of context))))
        (and (pair? found)
             (let ((now (now-here context)))
               (reply context
                      (string-join (cons "This is planned:"
                                         (map (lambda (entry) (entry-line entry now)) found))
                                   "\n"))))))

    (define (answer-perhaps context)
      "An answer from notes that hold at least half of what the question is about, said to be unsure; #f if there is none."
      (let ((words (telling-words (:text context))))
        (and (pair? words)
             (pair? (cdr words))
             (let ((found (best-notes words (quotient (+ 1 (length words)) 2))))
               (and (pair? found)
                    (answer (list (car found))
                            "I have no note that says so, but this one may help: "
                            context))))))

    (define (telling-words text)
      (filter (lambda (word) (not (contains-key? frame-words word)))
              (letters-of text)))

    ;; Words in small letters, without what stands around them: "sister's" is "sister".
    (define (letters-of text)
      (filter (lambda (word) (not (string-null? word)))
              (map (lambda (word) (trimmed (string-downcase word)))
                   (words-of (string-replace-all text "’" "'")))))

    (define (trimmed word)
      (list->string (filter word-char? (string->list (without-ending word)))))

    (define (without-ending word)
      (cond ((and (string-suffix? "'s" word) (not (contains-key? asking-words word)))
             (substring word 0 (- (string-length word) 2)))
            (else word)))

    (define (word-char? char)
      (not (memv char '(#\? #\! #\. #\, #\; #\: #\" #\( #\)))))

    (define most-answers 3)

    (define (best-notes words enough)
      (let* ((scored (seek-notes (lambda (notes)
                                   (filter (lambda (pair) (>= (car pair) enough))
                                           (map (lambda (note) (cons (hits note words) note))
                                                notes)))))
             (best (apply max (cons 0 (map car scored)))))
        (first-of most-answers
                  (sort-by (lambda (note) (get note :time 0))
                           (map cdr (filter (lambda (pair) (= best (car pair))) scored))
                           >))))

    (define (hits note words)
      (let ((own (letters-of (:text note))))
        (count (lambda (word) (any (lambda (other) (alike? word other)) own)) words)))

    ;; Other forms of one word: park, parked, parking.
    (define (alike? one other)
      (or (string=? one other)
          (and (>= (min (string-length one) (string-length other)) 4)
               (<= (abs (- (string-length one) (string-length other))) 3)
               (or (string-prefix? one other) (string-prefix? other one)))))

    (define (first-of count items)
      (take items (min count (length items))))

    (define (answer notes before context)
      (let ((now (now-here context)))
        (reply context
          (string-append before
                         (string-join (map (lambda (note) (told note now context)) notes) "\n")))))

    (define (told note now context)
      (string-append (sentence (turned (:text note)))
                     (if (positive? (get note :time 0))
                         (string-append " ("
                                        (if (equal? (get note :from "operator") (:from context))
                                            "you"
                                            (:from note))
                                        " told me "
                                        (moment-text (civil-at (:time note) (:zone now)) now)
                                        ")")
                         "")))

    (define (sentence text)
      (string-append (string (char-upcase (string-ref text 0)))
                     (substring text 1 (string-length text))))

    ;; What you say of yourself, as it is said to you.
    (define (turned text)
      (string-join (let turn ((words (words-of text)) (before ""))
                     (if (null? words)
                         '()
                         (cons (turned-word (car words) before)
                               (turn (cdr words) (string-downcase (car words))))))))

    (define others-words
      {"i" "you" "my" "your" "mine" "yours" "me" "you" "i'm" "you're" "i’m" "you’re" "i've" "you've"
       "i'll" "you'll"
       "myself" "yourself" "your" "my" "yours" "mine" "you're" "I'm" "yourself" "myself"})

    (define (turned-word word before)
      (cond ((and (equal? before "i") (equal? word "am")) "are")
            ((and (equal? before "i") (equal? word "was")) "were")
            ((and (equal? before "you") (equal? word "are")) "am")
            ((equal? (string-downcase word) "you") (if (string-null? before) "I" word))
            (else (get others-words (string-downcase word) word))))))

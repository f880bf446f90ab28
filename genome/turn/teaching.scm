; Responses that a person taught: "when I say X, do Y", kept in the cell's state as rules.
(define-library (genome turn teaching)
  (export teach-answer teach-action show-rules unlearn taught-rule)
  (import (ouro base) (genome turn reply) (genome turn pattern))
  (begin

    ;; A rule: {:when text :say text} or {:when text :do text}.

    (define (teach-answer captured context)
      "From now on the words are answered so."
      (let ((rule (map-vals unquoted captured)))
        (learn context
               rule
               (string-append "When you say \""
                              (:when rule)
                              "\", I will say \""
                              (:say rule)
                              "\"."))))

    (define (teach-action captured context)
      "From now on the words mean others."
      (let ((rule (map-vals unquoted captured)))
        (learn context
               rule
               (string-append "When you say \""
                              (:when rule)
                              "\", I will do as if you said \""
                              (:do rule)
                              "\"."))))

    (define (show-rules captured context)
      "Shows what was taught."
      (let ((rules (rules-of context)))
        (reply context
          (if (null? rules)
              "You have taught me nothing yet. Say: when I say good night, say sleep well"
              (string-join
                (map (lambda (rule)
                       (string-append "- " (:when rule) " → " (get rule :say (get rule :do ""))))
                     rules)
                "\n")))))

    (define (unlearn captured context)
      "Drops what was taught for these words."
      (let ((rest (others context (unquoted (:when captured)))))
        (if (= (length rest) (length (rules-of context)))
            (reply context (string-append "You have not taught me " (:when captured) "."))
            (reply-with context
                        {:rules (->persistent-vector rest)}
                        (string-append "Unlearned " (:when captured) ".")))))

    (define (taught-rule context)
      "The rule that a person taught for this text, or #f."
      (find (lambda (rule) (same? (:when rule) (:text context))) (rules-of context)))

    (define (learn context rule answer)
      (reply-with context
                  {:rules (->persistent-vector (append (others context (:when rule)) (list rule)))}
                  answer))

    (define (others context words)
      (remove (lambda (rule) (same? (:when rule) words)) (rules-of context)))

    (define (same? one other)
      (string-ci=? (string-join (words-of (plain one))) (string-join (words-of (plain other)))))

    (define (rules-of context)
      (->list (get (:state context) :rules [])))))

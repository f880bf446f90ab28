; Which rule a text fits, and what comes of it: an open one yields to a model what is not surely meant for it.
(define-library (genome turn rules)
  (export by-rule rule-for sure? fits? first-words)
  (import (ouro base) (genome turn reply) (genome turn converse) (genome turn pattern)
          (genome turn responses))
  (begin

    (define (by-rule text context)
      "The response of the first rule that fits and does not decline with #f, as first-response tells it."
      (let ((words (words-of (plain text))))
        (first-response (map (lambda (rule)
                               (lambda (now)
                                 (let ((captured (match-words (:pattern rule) words)))
                                   (and captured (response-of rule captured now)))))
                             (candidates words))
                        context)))

    ;; An open pattern leaves to a model what is not surely meant for it, and what it finds nothing for.
    (define (response-of rule captured context)
      (let ((yields? (yields? rule)))
        (and (or (not yields?) ((:open rule) captured context))
             (let ((response ((:do rule) captured context)))
               (if (and response (not yields?)) (remove-key response :nothing) response)))))

    (define (yields? rule)
      (and (contains-key? rule :open) (model?)))

    (define (rule-for text)
      "The first rule that fits, declining or not, or #f."
      (let ((words (words-of (plain text))))
        (find (lambda (rule) (match-words (:pattern rule) words)) (candidates words))))

    (define (fits? text)
      "True if a rule has a pattern that the text fits."
      (and (rule-for text) #t))

    (define (sure? rule text context)
      "True if a rule that fits the text is surely meant, and yields to no model."
      (and (not (yields? rule))
           (or (not (contains-key? rule :open))
               ((:open rule) (match-words (:pattern rule) (words-of (plain text))) context))))

    ;; Each pattern of each rule: {:order :pattern :do}, :careful if the rule is.
    (define rules
      (let ((all (append-map (lambda (response)
                               (map (lambda (say)
                                      (put (remove-key response :say)
                                           :pattern (compile-pattern say)))
                                    (->list (:say response))))
                             (->list responses))))
        (map (lambda (rule order) (put rule :order order)) all (iota (length all)))))

    ;; The rules by the word that they begin with; those that begin with a name stand under :any.
    (define rules-by-word
      (group-by (lambda (rule)
                  (let ((first (car (:pattern rule)))) (if (keyword? first) :any first)))
                rules))

    (define first-words
      "The words that rules begin with."
      (filter string? (keys rules-by-word)))

    ;; Those that may fit, in their order.
    (define (candidates words)
      (let* ((word (string-downcase (without-comma (car words))))
             (beginning (->list (get rules-by-word word []))))
        (merge-ordered beginning (->list (get rules-by-word :any [])))))

    (define (merge-ordered one other)
      (cond ((null? one) other)
            ((null? other) one)
            ((< (:order (car one)) (:order (car other)))
             (cons (car one) (merge-ordered (cdr one) other)))
            (else (cons (car other) (merge-ordered one (cdr other))))))))

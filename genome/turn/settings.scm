; What a person sets for one conversation: which model answers, and how long it thinks.
(define-library (genome turn settings)
  (export set-model set-thinking)
  (import (ouro base) (ouro authority) (port router) (genome turn reply))
  (begin

    (define levels '("off" "low" "medium" "high"))

    (define (set-model captured context)
      "Answers with the models that there are, or has one of them answer in this conversation from now on; auto leaves it to the policy."
      (let* ((name (get captured :name ""))
             (models (remove embedded? (->list (router/models))))
             (found (named name models)))
        (cond ((string-null? name)
               (reply context (listed models (reveal (get (:state context) :model "")))))
              ((string-ci=? name "auto")
               {:state (remove-key (:state context) :model)
                :answer "From now on the policy chooses the model, by what it has seen of each."})
              ((not found)
               (reply context (string-append "There is no model " name ".\n" (listed models ""))))
              ((contains-key? found :missing)
               (reply context
                      (string-append (:model found)
                                     " cannot be asked yet: "
                                     (:missing found)
                                     " is missing.")))
              (else
               (reply-with context
                           {:model (:model found)}
                           (string-append "From now on "
                                          (:model found)
                                          " answers in this conversation."))))))

    (define (set-thinking captured context)
      "Answers with how long models think in this conversation, or sets it: off, low, medium or high."
      (let ((level (string-downcase (get captured :level ""))))
        (cond ((string-null? level)
               (reply context
                      (string-append "Thinking is " (reveal (get (:state context) :thinking "off"))
                                     ". Set it with /think off, low, medium or high.")))
              ((member level levels)
               (reply-with context
                           {:thinking level}
                           (string-append "Thinking is " level " from now on.")))
              (else (reply context (string-append "Say one of: " (string-join levels ", ") "."))))))

    (define (embedded? model)
      (equal? (:model model) "embedded"))

    ;; By its name, or by a part that only one name has.
    (define (named name models)
      (let ((alike (filter (lambda (model)
                             (string-contains (string-downcase (:model model))
                                              (string-downcase name)))
                           models)))
        (or (find (lambda (model) (equal? (:model model) name)) models)
            (find (lambda (model) (string-ci=? (:model model) name)) models)
            (and (= 1 (length alike)) (car alike)))))

    (define (listed models chosen)
      (string-join (append (map (lambda (model) (line model chosen)) models)
                           (list "Choose with /model NAME, or /model auto."))
                   "\n"))

    (define (line model chosen)
      (string-append (if (equal? (:model model) chosen) "* " "- ")
                     (:model model) " of " (:provider model)
                     (if (contains-key? model :missing)
                         (string-append ", which lacks " (:missing model))
                         "")))))

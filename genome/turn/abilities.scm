; What a model may do by itself: the capabilities that a turn lends it and a word of the genome's own, told as procedures or as tools.
(define-library (genome turn abilities)
  (export abilities described procedures tools use-tool)
  (import (ouro base) (ouro authority) (port store) (port tool-runtime) (port lineage)
          (genome turn sending))
  (begin

    (define abilities
      "The capabilities, each with this library's grant."
      (list store/search store/get store/list store/put! store/delete! tool-runtime/list-files
            tool-runtime/read-file
            tool-runtime/fetch
            tool-runtime/local-time
            lineage/log))

    ;; The capabilities as tool-of tells of them, and the word that needs to know the conversation.
    (define (told)
      (append (map tool-of abilities) (list send-tool)))

    (define (described)
      "A text that tells what each is called with, and what it does."
      (string-join (map (lambda (tool) (:doc tool)) (told)) "\n"))

    (define (procedures context)
      "A map of them by their names, for the turn of a context, with reveal, which opens what comes back in a box."
      (fold (lambda (ability named) (put named (:name (tool-of ability)) ability))
            {"reveal" reveal
             (:name send-tool) (lambda (name . options)
                                 (send-file! (put (options-in options) :name name) context))}
            abilities))

    (define (options-in items)
      (match items
        ((name value . rest) (put (options-in rest) name value))
        (else {})))

    (define (tools)
      "All of them as router/complete wants its tools."
      (->persistent-vector
        (map (lambda (tool)
               {:name (:tool tool)
                :description (:description tool)
                :parameters (:parameters tool)})
             (told))))

    (define (use-tool name arguments context)
      "The value of a call that a model wants in the turn of a context: the tool's name, and its arguments in JSON."
      (let ((ability (find (lambda (ability) (equal? (:tool (tool-of ability)) name)) abilities)))
        (cond (ability (opened (call-tool ability arguments)))
              ((equal? name (:tool send-tool)) (send-file! (tool-arguments name arguments) context))
              (else (raise (condition :unknown-tool "there is no such tool" name))))))

    ;; Boxes stand where data come from outside; a model is shown what is in them.
    (define (opened value)
      (let ((value (reveal value)))
        (cond ((persistent-map? value) (map-vals opened value))
              ((persistent-vector? value)
               (->persistent-vector (map opened (->list value))))
              (else value))))))

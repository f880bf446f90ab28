; What a model may do by itself: the capabilities that a turn lends it, told as procedures or as tools.
(define-library (genome turn abilities)
  (export abilities described procedures tools use-tool)
  (import (ouro base) (ouro authority) (port store) (port tool-runtime) (port lineage))
  (begin

    (define abilities
      "The capabilities, each with this library's grant."
      (list store/search store/get store/list store/put! store/delete! tool-runtime/list-files
            tool-runtime/read-file
            tool-runtime/fetch
            tool-runtime/local-time
            lineage/log))

    (define (described)
      "A text that tells what each is called with, and what it does."
      (string-join (map (lambda (ability) (:doc (tool-of ability))) abilities) "\n"))

    (define (procedures)
      "A map of the capabilities by their names, with reveal, which opens what comes back in a box."
      (fold (lambda (ability named) (put named (:name (tool-of ability)) ability))
            {"reveal" reveal}
            abilities))

    (define (tools)
      "The capabilities as router/complete wants its tools."
      (->persistent-vector
        (map (lambda (ability)
               (let ((tool (tool-of ability)))
                 {:name (:tool tool)
                  :description (:description tool)
                  :parameters (:parameters tool)}))
             abilities)))

    (define (use-tool name arguments)
      "The value of a call that a model wants: the tool's name, and its arguments in JSON."
      (let ((ability (find (lambda (ability) (equal? (:tool (tool-of ability)) name)) abilities)))
        (if ability
            (opened (call-tool ability arguments))
            (raise (condition :unknown-tool "there is no such tool" name)))))

    ;; Boxes stand where data come from outside; a model is shown what is in them.
    (define (opened value)
      (let ((value (reveal value)))
        (cond ((persistent-map? value) (map-vals opened value))
              ((persistent-vector? value)
               (->persistent-vector (map opened (->list value))))
              (else value))))))

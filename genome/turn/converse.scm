; What the rules cannot do, a model may: which one, and in which way, is the policy's choice; without one nothing is pretended.
(define-library (genome turn converse)
  (export converse model?)
  (import (ouro base) (ouro authority) (port router) (genome turn reply) (genome turn plan)
          (genome turn skills) (genome turn ways) (genome turn showing))
  (begin

    (define most-tokens 2000)
    ;; Models that are asked when the first does not answer.
    (define most-fallbacks 2)
    ;; Messages of the conversation that a model is shown, the last ones.
    (define talk-kept 12)

    (define instructions
      "You are Ouro, a personal agent. Answer briefly and truthfully. Say so if you do not know.")

    (define (converse context otherwise)
      "A model's answer to the text of the context; (otherwise context) if there is no model but the responder itself."
      (let ((models (usable)))
        (if (null? models)
            (otherwise context)
            (answered context (in-order models (chosen-model (:state context)))))))

    (define (model?)
      "True if there is a model to answer, beside the responder itself."
      (pair? (usable)))

    ;; The embedded model is this very responder; others may lack a key.
    (define (usable)
      (remove (lambda (model)
                (or (equal? (:model model) "embedded") (contains-key? model :missing)))
              (->list (router/models))))

    ;; Those that are left alone just now are not chosen, but asked if there are no others: then the failure says when.
    (define (in-order models wanted)
      (let* ((names (map (lambda (model) (:model model)) models))
             (free (filter (lambda (model) (member (:model model) names))
                           (->list (:candidates (router/choose)))))
             (ordered (map (lambda (model) (:model model)) (order-models free)))
             (all (if (null? ordered) names ordered))
             (all (if (member wanted names) (cons wanted (delete wanted all)) all)))
        (filter-map (lambda (name) (find (lambda (model) (equal? (:model model) name)) models))
                    all)))

    (define (answered context models)
      (let* ((state (:state context))
             (known (reveal (get state :ways {})))
             (before (reveal (get state :talk [])))
             (models (if (pictured? before context)
                         (models-for models (chosen-model state))
                         models))
             (model (car models))
             (way (first-way known (:tags model)))
             ;; A text may take about a quarter of what the model reads at once.
             (talk (conj before (said-by-person context (:context-tokens model))))
             (framed (frame {:role "system"
                             :text (string-append instructions "\n\n" ((:instructions way)))}
                            (as-seen talk (sees? model))
                            context))
             (done ((:run way) (asking models (thinking-level state))
                    (reveal (:messages framed))
                    context)))
        (reply-with context
                    {:talk (last-of talk-kept (conj talk {:role "assistant" :text (:text done)}))
                     :skills (:skills framed)
                     :ways (observe known way (:reward done))}
                    (:text done))))

    (define (asking models level)
      (let ((names (map (lambda (model) (:model model)) models)))
        (lambda (messages tools)
          (reveal (router/complete (car names)
                                   messages
                                   :fallback (->persistent-vector
                                               (take (cdr names)
                                                     (min most-fallbacks (length (cdr names)))))
                                   :max-tokens most-tokens
                                   :thinking level
                                   :tools tools)))))

    (define (chosen-model state)
      (reveal (get state :model "")))

    (define (thinking-level state)
      (reveal (get state :thinking "off")))

    (define (last-of count items)
      (subvec items (max 0 (- (size items) count))))))

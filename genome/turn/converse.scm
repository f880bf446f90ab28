; What the rules cannot do, a model may: which one is the policy's choice, and without one nothing is pretended.
(define-library (genome turn converse)
  (export converse)
  (import (ouro base) (ouro authority) (port router) (genome turn reply) (genome turn plan)
          (genome turn skills))
  (begin

    (define most-tokens 1000)
    ;; Messages of the conversation that a model is shown, the last ones.
    (define talk-kept 12)

    (define instructions
      {:role "system"
       :text "You are Ouro, a personal agent. Answer briefly and truthfully. Say so if you do not know."})

    (define (converse context otherwise)
      "A model's answer to the text of the context; (otherwise context) if there is no model but the responder itself."
      (let ((models (candidates)))
        (if (null? models) (otherwise context) (ask (order-models models) context))))

    ;; The embedded model is this very responder.
    (define (candidates)
      (if (every embedded? (->list (router/models)))
          '()
          (remove embedded? (->list (:candidates (router/choose))))))

    (define (embedded? candidate)
      (equal? (:model candidate) "embedded"))

    (define (ask models context)
      ;; What a model says stays in its box: it is answered and shown to the next model, and the turn reads none of it.
      (let* ((talk (conj (get (:state context) :talk []) {:role "user" :text (:text context)}))
             (framed (frame instructions talk context))
             (answer (quarantined text-of (router/complete (:model (car models))
                                                           (:messages framed)
                                                           :fallback (->persistent-vector (map (lambda (model)
                                                                                                 (:model model))
                                                                                               (cdr models)))
                                                           :max-tokens most-tokens))))
        (reply-with context
                    {:talk (last-of talk-kept (conj talk {:role "assistant" :text answer}))
                     :skills (:skills framed)}
                    answer)))

    (define (text-of completion)
      (:text (reveal completion)))

    (define (last-of count items)
      (subvec items (max 0 (- (size items) count))))))

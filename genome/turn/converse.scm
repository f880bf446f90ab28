; What the rules cannot do, a model may: which one, and in which way, is the policy's choice; without one nothing is pretended.
(define-library (genome turn converse)
  (export converse model?)
  (import (ouro base) (ouro authority) (port router) (genome turn reply) (genome turn plan)
          (genome turn skills) (genome turn ways) (genome turn showing) (genome turn failing))
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
             (system (string-append instructions "\n\n" ((:instructions way))))
             (framed (frame {:role "system" :text system}
                            (as-seen (within talk (room (:context-tokens model) system))
                                     (sees? model))
                            context))
             (messages (reveal (:messages framed)))
             (done ((:run way)
                    (asking-less (asking models (thinking-level state)) (- (size messages) 1))
                    messages
                    context)))
        (reply-with context
                    {:talk (last-of talk-kept (conj talk {:role "assistant" :text (:text done)}))
                     :skills (:skills framed)
                     :ways (observe known way (:reward done))}
                    (:text done))))

    ;; Tokens of the context that are left for the talk, by the estimate of within.
    (define (room context-tokens system)
      (- context-tokens most-tokens (quotient (string-length system) 3)))

    ;; What no model takes, as too long or for an image, is asked once more without images and with half of what was
    ;; said before the present message, which is the one at this place.
    (define (asking-less ask present)
      (lambda (messages tools)
        (let ((less (lessened messages present)))
          (guard (raised ((and (too-much? raised) (not (equal? less messages))) (ask less tools)))
            (ask messages tools)))))

    (define (too-much? raised)
      (and (condition? raised)
           (memv (condition-code raised)
                 '(:router-unavailable :router-request-refused :router-too-long))
           (not (passing? raised))))

    (define (lessened messages present)
      (let ((all (->list messages)))
        (->persistent-vector
          (cons (car all) (map without-images (drop (cdr all) (quotient present 2)))))))

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

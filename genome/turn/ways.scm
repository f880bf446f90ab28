; How a model acts: by forms that are evaluated, or by calls of tools; which of them, what was seen of each decides.
(define-library (genome turn ways)
  (export first-way ways)
  (import (ouro base) (genome turn abilities) (genome turn sandbox) (genome turn plan)
          (genome turn pattern))
  (begin

    (define most-rounds 8)

    (define (first-way known tags)
      "The way to try first by the policy choose, of those that a model with these tags has: {:name :instructions :run}. (instructions) is what the model is told; (run ask messages context) answers {:text :reward}, the reward from 0 to 1."
      (car (order-arms (filter (lambda (way)
                                 (or (eq? (:name way) :lisp) (member "tools" (->list tags))))
                               ways)
                       known)))

    ;; (ask messages tools) is what a model answers. A round asks, does what is wanted, and asks again with what came of it.

    (define (speak-lisp ask messages context)
      (let ((sandbox (make-sandbox (procedures context))))
        (rounds (lambda (messages) (ask messages []))
                (lambda (completion) (forms-in (:text completion)))
                (lambda (forms completion)
                  (let ((ran (run-forms forms sandbox)))
                    {:messages [(said completion)
                                {:role "user" :text (string-append "Evaluated:\n" (:text ran))}]
                     :failures (if (:failed ran) 1 0)}))
                messages)))

    (define (call-tools ask messages context)
      (rounds (lambda (messages) (ask messages (tools)))
              (lambda (completion)
                (let ((calls (->list (:calls completion)))) (and (pair? calls) calls)))
              (lambda (calls completion)
                (let ((ran (map (lambda (call) (ran-call call context)) calls)))
                  {:messages (->persistent-vector (cons (said completion)
                                                        (map (lambda (each) (:message each)) ran)))
                   :failures (count (lambda (each) (:failed each)) ran)}))
              messages))

    (define (rounds ask wanted act messages)
      (let next ((messages messages) (round 1) (failures 0))
        (let* ((completion (ask messages)) (wants (wanted completion)))
          (cond ((not wants) {:text (told completion) :reward (if (zero? failures) 1.0 0.5)})
                ((= round most-rounds)
                 {:text (string-append (told completion)
                                       "\n(I stopped here, after "
                                       (number->string most-rounds)
                                       " rounds.)")
                  :reward 0.0})
                (else
                 (let ((done (act wants completion)))
                   (next (->persistent-vector (append (->list messages) (->list (:messages done))))
                         (+ round 1)
                         (+ failures (:failures done)))))))))

    (define (said completion)
      {:role "assistant"
       :text (:text completion)
       :calls (:calls completion)
       :carried (:carried completion)})

    (define (ran-call call context)
      (let ((ran (attempt (lambda (port)
                            (write (use-tool (:name call) (:arguments call) context) port)))))
        {:message {:role "tool" :call (:id call) :text (:text ran)} :failed (:failed ran)}))

    (define (told completion)
      (let ((text (:text completion)))
        (cond ((null? (words-of text)) "The model said nothing.")
              ((equal? (:stop completion) "length")
               (string-append text " … (It was cut off at its limit.)"))
              (else text))))

    (define (lisp-instructions)
      (string-append "You act by Scheme (R7RS, with maps {:key value} and vectors [a b]). To act, answer with one block of forms between ```scheme and ```: they are evaluated, and you are shown their values. "
                     "Definitions stay from one block to the next. Answer without such a block when you are done: that text goes to the person.\n"
                     "What comes from outside is in a box, and (reveal box) opens it. Notes have keys that begin with notes/, lists such that begin with lists/, and files paths that begin with files/.\n"
                     "Beside the base language there are these procedures, where [:name value] may be left out:\n"
                     (described)))

    (define (tools-instructions)
      "Use the tools where they help. Notes have keys that begin with notes/, lists such that begin with lists/, and files paths that begin with files/.")

    (define ways
      "The ways, as arms of the policy choose."
      (list {:name :lisp :cost 0.0 :latency 1.0 :instructions lisp-instructions :run speak-lisp}
            {:name :tools
             :cost 0.0
             :latency 1.0
             :instructions tools-instructions
             :run call-tools}))))

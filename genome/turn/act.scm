; Carries a response out: what fails for a while is tried again later, what is refused is said plainly.
(define-library (genome turn act)
  (export act act-on-due stop-waiting perform)
  (import (ouro base) (ouro authority) (genome turn commands) (genome turn respond)
          (genome turn reply) (genome turn plan) (genome turn files)
          (genome turn failing))
  (begin

    (define most-attempts 8)

    ;; A waiting message: {:text :files :from :role :cell :time :attempt :delay :elapsed :due :added}, times in milliseconds.

    (define (act input state)
      "Responds to a message. If a port fails in a way that may pass, the message waits in the state under :waiting, and a timer wakes the cell for it."
      (waking (attempt {:text (reveal (get input :text "")) :from (get input :from "operator")
                        :time (get input :time 0)
                        :files (and (contains-key? input :attachments)
                                    (newest-files (size (:attachments input)) state))
                        :cell (get input :cell "")
                        :role (get input :role :operator)
                        :attempt 0
                        :delay 0
                        :elapsed 0
                        :added (get state :turns 0)}
                       (get input :time 0)
                       state)))

    (define (act-on-due time state)
      "Tries again the messages that are due at a time; #f for whatever the time is. In the order of the policy dispatch."
      (let* ((waiting (->list (reveal (get state :waiting []))))
             (due (filter (lambda (message) (or (not time) (<= (:due message) time))) waiting))
             (later (remove (lambda (message) (memq message due)) waiting)))
        (waking (fold (lambda (message result)
                        (let ((next (attempt message (or time (:due message)) (:state result))))
                          (merge next {:answer (joined (:answer result) (:answer next))
                                       :timers (into (get result :timers [])
                                                     (get next :timers []))})))
                      {:state (put state :waiting (->persistent-vector later)) :answer ""}
                      (order-tasks (map (lambda (message) (put message :weight 1)) due)
                                   (get state :turns 0))))))

    (define (stop-waiting state)
      "Lets go of the messages that wait to be tried again, and names them in the answer; it is empty if none waits."
      (let ((waiting (->list (reveal (get state :waiting [])))))
        (if (null? waiting)
            {:state state :answer ""}
            {:state (put state :waiting [])
             :answer (string-join (map (lambda (message)
                                         (string-append "Stopped: I will not try again to answer \""
                                                        (:text message) "\"."))
                                       waiting)
                                  "\n")
             :timers [{:id "waiting" :cancel #t}]})))

    ;; One timer for all that waits, set again after each turn for the first that is due.
    (define (waking result)
      (let ((waiting (->list (reveal (get (:state result) :waiting [])))))
        (if (null? waiting)
            result
            (put result
                 :timers (conj (get result :timers [])
                               {:id "waiting"
                                :at (apply min
                                           (map (lambda (message) (:due message)) waiting))})))))

    (define (attempt message time state)
      (guard (raised ((passing? raised) (postpone message time state raised))
                     ((refused? raised) (reply (make-context message state) (apology raised))))
        (obey (make-context message (known-state state)))))

    (define (perform text context)
      "Responds to a text; a failure is told as :problem, and nothing waits for it."
      (guard (raised ((or (passing? raised) (refused? raised))
                      {:state (:state context) :answer "" :problem (condition-message raised)}))
        (respond (merge context {:text text :state (known-state (:state context))}))))

    (define (known-state state)
      "The state with those boxes open that hold nothing from where the turn has not read already."
      (let ((known (->list (turn-labels))))
        (map-vals (lambda (value) (if (known? value known) (reveal value) value)) state)))

    (define (known? value labels)
      (every (lambda (label) (member label labels)) (->list (labels-of value))))

    (define (postpone message time state raised)
      (let ((attempt (+ 1 (:attempt message))))
        (if (>= attempt most-attempts)
            (reply (make-context message state)
                   (told "I gave up: " raised ""))
            (let* ((delay (max (retry-delay attempt (:delay message) (:elapsed message))
                               (asked-delay raised time)))
                   (waits (merge message
                                 {:attempt attempt
                                  :delay delay
                                  :elapsed (+ delay (:elapsed message))
                                  :due (+ time delay)})))
              {:state (update state :waiting (lambda (waiting) (conj (reveal waiting) waits)) [])
               :answer (quarantined sentence
                                    (string-append "That does not work just now ("
                                                   (keyword->string (condition-code raised))
                                                   ": ")
                                    (reason raised)
                                    longest-reason
                                    (string-append "). I will try again in "
                                                   (number->string (quotient (+ delay 999) 1000))
                                                   " s."))}))))

    (define refusals
      #{:not-granted :grant-expired :grant-condition :label-refused :budget-exceeded
        :effect-denied})

    (define (refused? raised)
      (and (condition? raised)
           (or (contains-key? refusals (condition-code raised))
               (any (lambda (port) (string-prefix? port (keyword->string (condition-code raised))))
                    '("store-" "router-" "lineage-" "tool-runtime-")))))

    (define (apology raised)
      (told "I could not do that: " raised (way-out raised)))

    ;; What a talk holds may be what a model cannot take.
    (define (way-out raised)
      (if (string-prefix? "router-" (keyword->string (condition-code raised)))
          ". If it goes on so, /new leaves behind what was said before"
          ""))

    ;; What a port says of what came from outside stays in its box.
    (define (told before raised after)
      (let ((hint (or (condition-hint raised) "")))
        (quarantined sentence
                     before
                     (reason raised)
                     longest-text
                     (string-append (if (string-null? hint) "" (string-append ". " hint)) after))))

    ;; In its box, if it has one.
    (define (reason raised)
      (get (details raised) :message (condition-message raised)))

    (define longest-text 4000)
    (define longest-reason 300)

    (define (sentence before message most-characters after)
      (let ((message (reveal message)))
        (string-append before
                       (substring message 0 (min most-characters (string-length message)))
                       after)))))

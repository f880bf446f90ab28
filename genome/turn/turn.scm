; One turn: the world calls handle-turn with an input and the cell's state, and commits what it answers.
(define-library (genome turn turn)
  (export handle-turn)
  (import (ouro base) (ouro authority) (genome turn act) (genome turn files) (genome turn schedule)
          (genome turn fire) (genome evolution ouroboros) (genome evolution probation))
  (begin

    (define (handle-turn input state)
      "Handles an input {:kind :text :from :role :time :data, of a timer :due} by its kind, :message, :timer, :stop, :evolve, :propose, :approved or :probation. {:state the cell's next state :answer text, or for the last four a map :timers those to set}"
      ;; Counted before anything from outside is read, so that the count stays trusted.
      (let* ((state (keep (update state :turns (lambda (turns) (+ turns 1)) 0)))
             (input (merge (reveal (get input :data {})) (remove-key input :data)))
             (state (if (contains-key? input :attachments)
                        (keep (with-files state (:attachments input)))
                        state)))
        (case (:kind input)
          ((:message) (act input state))
          ((:timer) (woken input state))
          ((:stop) (stop-waiting state))
          ((:evolve) (evolved (run-round input) state))
          ((:propose) (evolved (run-round (proposal-of input)) state))
          ((:approved) (evolved (resume-approved input) state))
          ((:probation) {:state state :answer (check-probations)})
          (else
           (raise (condition :unknown-input "there is no such kind of input"
                             (get input :kind #f)))))))

    ;; A timer that was set by a turn that had read something comes in boxes.
    (define (woken input state)
      (let* ((input (map-vals reveal input)) (number (timer-number (get input :timer ""))))
        (if number (fire number input state) (act-on-due (get input :due #f) state))))

    ;; The state keeps what became of the last round, for whoever asks.
    (define (evolved report state)
      {:state (put state :last-round (remove-key report :events)) :answer report})

    ;; A person's patch: the file, and its whole text unless it is removed or a form in it is replaced.
    (define (proposal-of input)
      (let* ((patch (filter-keys (lambda (key) (contains-key? patch-keys key)) input))
             (patch (if (or (contains-key? patch :replacement) (contains-key? patch :remove))
                        (remove-key patch :text)
                        patch)))
        (merge {:policy "" :reason "proposed by a person"}
               (remove-key input :kind)
               {:patch patch})))

    (define patch-keys #{:file :text :remove :definition :path :expected-hash :replacement :also})))

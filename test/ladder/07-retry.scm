; Rung 7, a retry: what fails for a while is tried again later, less and less often.
;
; A failure of a port is a condition. It says whether it may pass: the first of its irritants is a map in which
; :retryable is then true. The turn does not wait for that. It ends with a timer, and so survives whatever happens
; until the next attempt; the number of attempts is in the state.
(manifest
  (version 1)
  (libraries (genome policy effects) (ladder retry))
  (turn (ladder retry))
  (grants (grant (ladder retry) (tool-runtime/fetch))))

(define-library (genome policy effects)
  (export decide-effect)
  (import (ouro base))
  (begin

    (define (decide-effect effect)
      "Allows what the manifest grants."
      {:decision :allow :rule "granted" :reason "The manifest says how far."})))

(define-library (ladder retry)
  (export handle-turn)
  (import (ouro base) (port tool-runtime))
  (begin

    (define (handle-turn input state)
      "Fetches the news when asked or woken, or says how far that is."
      (if (equal? (:text input) "read")
          {:state state :answer (summary state)}
          (guard (failure ((passing? failure) (later (+ 1 (get state :failed 0)))))
            {:state (put state :page (tool-runtime/fetch "https://news.example/today"))
             :answer "fetched"})))

    (define (passing? failure)
      (let ((details (condition-irritants failure)))
        (and (pair? details) (get (car details) :retryable #f))))

    ;; One second, two, four …
    (define (later failed)
      (let ((delay (* 1000 (expt 2 (- failed 1)))))
        {:state {:failed failed}
         :answer (string-append "again in " (number->string (quotient delay 1000)) " s")
         :timers [{:id "retry" :after delay :text "fetch"}]}))

    (define (summary state)
      (if (contains-key? state :page)
          (string-append "here, after " (number->string (get state :failed 0)) " failures")
          "nothing yet"))))

;; The news cannot be reached for two and a half seconds.
(script
  (send "paper" "fetch" => "again in 1 s")
  (pass 2 seconds)
  (send "paper" "read" => "nothing yet")
  (pass 2 seconds)
  (send "paper" "read" => "here, after 2 failures"))

; Rung 4, fetch and notify: what comes from outside comes in a box.
;
; A page of the web is labelled with where it comes from, and stays closed until a turn reveals it. A turn may keep
; the box, pass it on and answer from it. This one looks at the weather, keeps the page unread, and tells a person in
; another place that it is there: nothing that stands on the page can change what is told, or to whom.
(manifest
  (version 1)
  (libraries (genome policy effects) (ladder notify))
  (turn (ladder notify))
  (grants
    (grant (ladder notify)
      (tool-runtime/fetch (when (string-prefix? "https://weather.example/" (:url request))))
      (baseband/send! (budget {:calls 10 :per :day})))))

(define-library (genome policy effects)
  (export decide-effect)
  (import (ouro base))
  (begin

    (define (decide-effect effect)
      "Allows what the manifest grants."
      {:decision :allow :rule "granted" :reason "The manifest says how far."})))

(define-library (ladder notify)
  (export handle-turn)
  (import (ouro base) (ouro authority) (port tool-runtime) (port baseband))
  (begin

    (define (handle-turn input state)
      "Fetches the weather of a place and says so at the terminal, or reads what was fetched."
      (match (string-split (:text input) " ")
        (("fetch" place)
         (let ((page (tool-runtime/fetch (string-append "https://weather.example/" place))))
           (baseband/send! "repl/local/terminal"
                           (string-append "The weather of " place " is here."))
           {:state {:page page} :answer "fetched"}))
        (else
         {:state state :answer (:text (reveal (:page state)))})))))

(script
  (send "garden" "fetch berlin" => "fetched")
  (send "garden" "read" => "rain until noon")
  (sent "The weather of berlin is here."))

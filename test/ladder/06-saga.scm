; Rung 6, a saga: several bookings that stand together or not at all.
;
; No transaction spans three services. Instead each booking knows how it is undone, and when a later one fails,
; those before it are undone, the last first. The undoing hangs on the stack of the turn itself: guard catches what
; the rest of the bookings raise, undoes the one booking it knows of, and raises it again. If the process dies in
; the middle, the turn runs again, is answered by its receipts up to where it was, and goes on undoing.
(manifest
  (version 1)
  (libraries (genome policy effects) (ladder saga))
  (turn (ladder saga))
  (grants (grant (ladder saga) (store/compare-and-set!) (store/delete!))))

(define-library (genome policy effects)
  (export decide-effect)
  (import (ouro base))
  (begin

    (define (decide-effect effect)
      "Allows what the manifest grants."
      {:decision :allow :rule "granted" :reason "The manifest says how far."})))

(define-library (ladder saga)
  (export handle-turn)
  (import (ouro base) (port store))
  (begin

    (define (handle-turn input state)
      "Books all that the message lists after the guest's name, or nothing."
      (let ((words (string-split (:text input) " ")))
        {:state state
         :answer (guard (failure ((eq? (condition-code failure) :taken)
                                  (condition-message failure)))
                   (book-all! (cdr words) (car words))
                   "booked")}))

    (define (book-all! things guest)
      (unless (null? things)
        (book! (car things) guest)
        (guard (failure (#t (release! (car things)) (raise failure)))
          (book-all! (cdr things) guest))))

    ;; Version 0 is expected: nobody has it yet.
    (define (book! thing guest)
      (unless (:set (store/compare-and-set! thing 0 guest))
        (raise (condition :taken (string-append thing " is taken")))))

    (define (release! thing)
      (store/delete! thing))))

;; Bob's room is taken, so his seat is given back: Eve has it.
(script
  (send "ada" "Ada seat-1 room-7 car-red" => "booked")
  (send "bob" "Bob seat-2 bike-1 room-7" => "room-7 is taken")
  (send "eve" "Eve seat-2 room-8 bike-1" => "booked"))

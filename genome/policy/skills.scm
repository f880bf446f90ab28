; Which skill fits a message: by the words that its name and description share with it.
(define-library (genome policy skills)
  (export skill-fits skills-at-once)
  (import (ouro base) (genome prelude policy)) ; lint: ignore unused-import
  (begin

    ;; So many new ones are shown in a turn at most.
    (define skills-at-once 2)

    ;; named: 1 if the message says the skill's name, else 0; shared: telling words of the message that the description
    ;; has; words: telling words of the message.
    (define-policy skill-fits
      "How well a skill fits a message: from 1 on it is shown. Shipped: its name, or two words in common, or half of a short message."
      (facts (named number) (shared number) (words number))
      (result number)
      (evolvable #f)
      (decide (max named (* 0.5 shared) (* 2.0 (* shared (ratio 1.0 (max 2.0 words)))))))))

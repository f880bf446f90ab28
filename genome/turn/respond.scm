; The embedded responder: what was taught, then rules, forms, sums and notes answer; what none of them can, a model may.
(define-library (genome turn respond)
  (export respond)
  (import (ouro base) (genome policy commands) (genome turn reply) (genome turn converse)
          (genome turn files) (genome turn pattern) (genome turn arithmetic) (genome turn lisp)
          (genome turn correct) (genome turn questions) (genome turn teaching)
          (genome turn planning) (genome turn rules))
  (begin

    ;; Taught rules may mean other words; so deep they may lead from one to the next.
    (define deepest 5)

    (define (respond context)
      "The response to the text of a context: {:state :answer}, and :timers if it plans something. What was taught comes first; what no rule can do goes to a model, and without one there is an honest answer. With files a model, if there is one, hears all."
      (cond ((not (:files context)) (respond-to-words context))
            ((model?) (converse context admit))
            (else (respond-unseeing context))))

    ;; Without a model files are kept, and what stands beside them is heard.
    (define (respond-unseeing context)
      (let ((silent? (null? (words-of (plain (:text context))))) (files (:files context)))
        (tell-kept (if silent? (reply context "") (respond-to-words (put context :files #f)))
                   files
                   silent?)))

    (define (respond-to-words context)
      (if (null? (words-of (plain (:text context))))
          (reply context "Say something, or: help")
          (let ((taught (taught-rule context)) (text (courteous (:text context))))
            (cond (taught (follow taught context))
                  ((lisp? text) (evaluate text context))
                  (else
                   (first-response
                     (list (lambda (now) (by-rule text now))
                           (lambda (now) (answered text now))
                           (lambda (now) (replied (sum-in text) now))
                           (lambda (now) (replied (example-for text) now))
                           (lambda (now) (corrected text now))
                           (lambda (now)
                             (and (question? text) (answer-surely (put now :text text))))
                           (lambda (now) (converse now admit)))
                     context))))))

    (define (replied text context)
      (and text (reply context text)))

    (define (follow rule context)
      (cond ((contains-key? rule :say) (reply context (:say rule)))
            ((>= (:depth context) deepest)
             (reply context "What you taught me leads round in a circle. Say: rules"))
            (else (respond (merge context {:text (:do rule) :depth (+ 1 (:depth context))})))))

    (define sums
      (map compile-pattern
           '("what is ?sum" "what's ?sum" "how much is ?sum" "calculate ?sum" "compute ?sum"
             "?sum")))

    (define (sum-in text)
      (let ((captured (first-match sums text)))
        (and captured
             (let ((sum (plain (in-signs (:sum captured)))))
               (guard (raised ((and (condition? raised)
                                    (eq? (condition-code raised) :division-by-zero))
                               (condition-message raised)))
                 (let ((value (compute sum))) (and value (number-text value))))))))

    (define (in-signs text)
      (fold (lambda (pair text) (string-replace-all text (car pair) (cdr pair)))
            (string-append " " text " ")
            '(("=" . "") (" plus " . " + ") (" minus " . " - ") (" times " . " * ")
              (" divided by " . " / ") (" x " . " * ") ("% of " . " / 100 * "))))

    (define (first-match patterns text)
      (let ((words (words-of (plain text))))
        (any (lambda (pattern) (match-words pattern words)) patterns)))

    ;; Words around a request that only make it kind.
    (define kindnesses
      (map compile-pattern
           '("please ?text" "can you ?text" "could you ?text" "would you ?text"
             "can you please ?text" "could you please ?text" "would you please ?text"
             "tell me ?text" "ouro ?text" "hey ouro ?text" "hi ouro ?text" "hello ouro ?text"
             "hey ?text" "ok ?text" "and ?text" "so ?text" "I want you to ?text"
             "I'd like you to ?text" "?text please")))

    (define (courteous text)
      (let* ((text (plain (string-replace-all text "’" "'")))
             (rest (:text (or (first-match kindnesses text) {:text ""}))))
        (if (and (not (string-null? rest))
                 (or (fits? rest) (question? rest) (sum-in rest) (first-match kindnesses rest)))
            (courteous rest)
            text)))

    ;; A command without what it is about.
    (define (example-for text)
      (match (map string-downcase (words-of (plain text)))
        ((or (word) (word "me"))
         (let ((command (command-named word)))
           (and command (string-append "Say it like this: " (:say command)))))
        (_ #f)))

    ;; What was likely meant, if the first word is a slip of the finger: done, unless that takes care.
    (define (corrected text context)
      (let* ((words (words-of text)) (word (plain (car words))))
        (and (>= (string-length word) (if (null? (cdr words)) 4 5))
             (first-response (map (lambda (near)
                                    (lambda (now)
                                      (as-meant (string-join (cons near (cdr words))) now)))
                                  (nearest-words word first-words))
                             context))))

    (define (as-meant text context)
      (let* ((rule (rule-for text)) (example (and (not rule) (example-for text))))
        (cond ((and rule (contains-key? rule :careful))
               (and (sure? rule text context)
                    (reply context (string-append "Did you mean: " text))))
              (rule (by-rule text context))
              (example (reply context example))
              (else #f))))

    (define (admit context)
      (or (and (question? (:text context)) (answer-perhaps context))
          (let ((near (nearest-command (car (words-of (:text context))))))
            (reply context
              (string-append (if (question? (:text context)) "I have no note about that. " "")
                             "I can't do that without a model, and none is configured. To add one: ouro model."
                             (cond (near (string-append " Did you mean " near "?"))
                                   ((telling? (:text context))
                                    (string-append " If I am to keep it, say: remember that "
                                                   (plain (:text context))
                                                   "."))
                                   (else ""))
                             " Say help to see what I can do by myself.")))))

    ;; It tells something, rather than asks for it.
    (define (telling? text)
      (and (not (question? text))
           (any (lambda (word) (member (string-downcase word) telling-verbs)) (words-of text))))

    (define telling-verbs
      '("is" "are" "was" "were" "has" "have" "am" "i'm" "live" "lives" "like" "likes"))))

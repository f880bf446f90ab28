; Slash commands as the turn obeys them: who may say which, what each does, and what is said of one that there is not.
(define-library (genome turn commands)
  (export obey handlers)
  (import (ouro base) (genome policy commands) (genome turn reply) (genome turn respond)
          (genome turn rules) (genome turn session) (genome turn skills) (genome turn reminders)
          (genome turn jobs) (genome turn settings))
  (begin

    ;; Beyond so many letters that differ, a name is no slip for another.
    (define most-slips 2)

    (define (obey context)
      "What comes of the text of a context: of a slash command its handler's reply, of any other text the response. {:state :answer}"
      (let ((word (command-word (:text context))))
        (if word
            (run (find-command word) word (operand-of (:text context)) context)
            (respond context))))

    (define (run command word operand context)
      (cond ((and (not command) (in-words? word operand))
             (respond (put context :text (string-append word " " operand))))
            ((not command) (reply context (refusal word)))
            ((not (may-say? command (:role context)))
             (reply context (string-append "Only an operator may say /" word ".")))
            ((get handlers (:handler command) #f) => (lambda (handler) (handler operand context)))
            (else (reply context (string-append "/" word " is not for this place.")))))

    ;; "/remember that …": a request, with the stroke that some platforms have in front of all.
    (define (in-words? word operand)
      (and (not (string-null? operand))
           (or (fits? (string-append word " " operand)) (not (nearest-command-name word)))))

    (define (refusal word)
      (let ((near (nearest-command-name word)))
        (string-append "There is no command /" word "."
                       (if near (string-append " Did you mean /" near "?") "")
                       " /help lists them.")))

    (define (nearest-command-name word)
      (let ((near (sort-by (lambda (name) (distance word name))
                           (map (lambda (command) (:name command)) (->list slash-commands))
                           <)))
        (and (<= (distance word (car near)) most-slips) (car near))))

    ;; Levenshtein 1965: row by row, each from the one before.
    (define (distance one other)
      (let ((letters (string->list other)))
        (last (fold (lambda (letter row) (next-row letter letters row))
                    (iota (+ 1 (length letters)))
                    (string->list one)))))

    (define (next-row letter letters row)
      (let loop ((letters letters) (row row) (made (list (+ 1 (car row)))))
        (if (null? letters)
            (reverse made)
            (loop (cdr letters)
                  (cdr row)
                  (cons (min (+ 1 (car made))
                             (+ 1 (cadr row))
                             (+ (car row) (if (char=? letter (car letters)) 0 1)))
                        made)))))

    (define (help operand context)
      (let* ((word (command-word (if (string-prefix? "/" operand)
                                     operand
                                     (string-append "/" operand))))
             (command (and word (find-command word))))
        (reply context
          (cond (command (string-append (:say command) "\n" (:doc command)))
                (word (refusal word))
                (else
                 (string-append (command-help (:role context)) "\n\nAnd in words, as in: help"))))))

    (define (listing? operand)
      (member operand '("" "list")))

    (define handlers
      "By the names that the commands have for them: procedures of what follows the command's name and the context."
      {:help help
       :new (lambda (operand context) (new-session {} context))
       :model (lambda (operand context)
                (set-model (if (listing? operand) {} {:name operand}) context))
       :think (lambda (operand context) (set-thinking {:level operand} context))
       :skill (lambda (operand context)
                (show-skills (if (listing? operand) {} {:name operand}) context))
       :schedule (lambda (operand context)
                   (if (listing? operand)
                       (show-reminders {} context)
                       (schedule-command {:rest operand} context)))})))

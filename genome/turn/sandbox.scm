; Where forms of a model are evaluated: the base language, the procedures that are given, and narrow limits.
(define-library (genome turn sandbox)
  (export make-sandbox forms-in run-forms attempt)
  (import (ouro base) (scheme eval) (genome prelude source))
  (begin

    (define limits {:steps 5000000 :bytes 100000000})
    (define longest-text 8000)

    (define (make-sandbox bindings)
      "An environment of the base language and of a map {name procedure}, and of nothing else. What forms define in it stays for the next ones."
      (let ((sandbox (environment '(ouro base))))
        (for-each (lambda (name)
                    (eval (list 'define (string->symbol name) (list 'quote (get bindings name)))
                          sandbox))
                  (keys bindings))
        sandbox))

    (define (forms-in text)
      "The forms that a model's answer holds, as a text: what stands between ```scheme and ```, or all of it if it is one form; #f if it holds none."
      (let ((blocks (filter form-block? (every-other (string-split text "```")))))
        (cond ((pair? blocks) (string-join (map without-language blocks) "\n"))
              ((whole-form? text) text)
              (else #f))))

    ;; Pieces between fences: the second, the fourth …
    (define (every-other pieces)
      (if (or (null? pieces) (null? (cdr pieces)))
          '()
          (cons (cadr pieces) (every-other (cddr pieces)))))

    (define languages '("scheme" "lisp" "ouro"))

    (define (form-block? block)
      (any (lambda (language) (string-prefix? language block)) languages))

    (define (without-language block)
      (string-join (cdr (string-split block "\n")) "\n"))

    (define (whole-form? text)
      (let ((chars (drop-while char-whitespace? (string->list text))))
        (and (pair? chars)
             (char=? (car chars) #\()
             (guard (raised ((condition? raised) #f))
               (= 1 (length (read-all text)))))))

    (define (run-forms text sandbox)
      "What came of the forms, as attempt tells it: what they wrote, and their values."
      (attempt (lambda (port)
                 (for-each (lambda (form) (show (eval form sandbox) port)) (read-all text)))))

    (define (attempt work)
      "What came of (work port), within limits: {:text what was written, and what failed :failed boolean}."
      (let ((port (open-output-string)))
        (guard (raised (else {:text (shortened (string-append (get-output-string port)
                                                              "Failed: "
                                                              (told raised)))
                              :failed #t}))
          (with-limits limits
            (lambda () (parameterize ((current-output-port port)) (work port))))
          {:text (shortened (get-output-string port)) :failed #f})))

    (define (show value port)
      (if (not (eq? value nothing))
          (begin
            (fresh-line port)
            (write-string "=> " port)
            (write value port)
            (newline port))))

    ;; What definitions and the like answer.
    (define nothing (if #f #f))

    (define (told raised)
      (if (condition? raised)
          (string-append (string-join (cons (condition-message raised)
                                            (map datum->text (condition-irritants raised))))
                         (if (string-null? (condition-hint raised))
                             ""
                             (string-append "\nHint: " (condition-hint raised))))
          (string-append "it raised " (datum->text raised))))

    (define (shortened text)
      (if (> (string-length text) longest-text)
          (string-append (substring text 0 longest-text) "\n… and more.")
          text))))

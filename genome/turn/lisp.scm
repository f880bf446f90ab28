; Sums and more in Lisp: forms that a person writes, evaluated with the language alone and within narrow limits.
(define-library (genome turn lisp)
  (export evaluate lisp?)
  (import (ouro base) (scheme eval) (genome prelude source) (genome turn reply))
  (begin

    (define limits {:steps 5000000 :bytes 50000000})
    (define longest-answer 4000)

    (define (lisp? text)
      "True if the text is one form in parentheses or brackets."
      (and (positive? (string-length text))
           (memv (string-ref text 0) '(#\( #\[ #\{))
           (guard (raised ((condition? raised) #f))
             (= 1 (length (read-all text))))))

    (define (evaluate text context)
      "Answers with the value of the form; what fails in it is told, and is the :problem."
      (guard (raised ((condition? raised) (failed (told raised) context))
                     (else (failed (string-append "it raised " (datum->text raised)) context)))
        (with-limits limits
          (lambda ()
            (let ((text (datum->text (eval (car (read-all text)) (environment '(ouro base))))))
              (reply context (substring text 0 (min longest-answer (string-length text)))))))))

    (define (told raised)
      (string-join (cons (condition-message raised)
                         (map datum->text (condition-irritants raised)))))

    (define (failed problem context)
      (put (reply context (string-append "That form fails: " problem)) :problem problem))))

; Strings that are appended, cut in half and searched.
; measured: (run 2 300000) => (524287 262143 262144)
; tiny: (run 1 20) => (31 15 16)
(import (scheme base))

(define (grow text length)
  (if (> (string-length text) length)
      text
      (grow (string-append "1" (substring text 0 (quotient (string-length text) 2))
                           text
                           (substring text (quotient (string-length text) 2) (string-length text)))
            length)))

(define (count-char char text)
  (let ((length (string-length text)))
    (let look ((i 0) (found 0))
      (if (= i length)
          found
          (look (+ i 1) (if (char=? char (string-ref text i)) (+ found 1) found))))))

(define (words text)
  (let scan ((chars (string->list text)) (word '()) (found '()))
    (cond ((null? chars) (cons (list->string (reverse word)) found))
          ((char=? (car chars) #\1) (scan (cdr chars) '() (cons (list->string (reverse word)) found)))
          (else (scan (cdr chars) (cons (car chars) word) found)))))

(define (run count length)
  (do ((left count (- left 1))
       (answer #f
               (let ((text (grow "0" length)))
                 (list (string-length text)
                       (count-char #\1 text)
                       (length-of-all (words text))))))
      ((= left 0) answer)))

(define (length-of-all texts)
  (let add ((texts texts) (total 0))
    (if (null? texts) total (add (cdr texts) (+ total (string-length (car texts)))))))

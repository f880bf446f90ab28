; Earley's parser over an ambiguous grammar: charts of items in vectors and lists, and how many parses there are.
; measured: (run 40 24) => (343059613650 1165)
; tiny: (run 1 4) => (5 75)
(import (scheme base))

;; An item of a chart: a rule, how many of its symbols are read, where it began.
(define-record-type item
  (make-item head rest origin)
  item?
  (head item-head)
  (rest item-rest)
  (origin item-origin))

;; Rules by their head. Lower-case symbols that head no rule are words.
(define grammar
  '((sentence (sum))
    (sum (sum plus sum) (factor))
    (factor (open sum close) (number))
    (number (digit) (digit number))))

(define (rules-of symbol)
  (let ((entry (assq symbol grammar)))
    (and entry (cdr entry))))

(define (same-item? a b)
  (and (eq? (item-head a) (item-head b))
       (eq? (item-rest a) (item-rest b))
       (= (item-origin a) (item-origin b))))

(define (known? item items)
  (and (pair? items)
       (or (same-item? item (car items))
           (known? item (cdr items)))))

;; Adds an item to the chart at a place unless it is there. The agenda of the place grows at its front.
(define (add! chart place item agenda)
  (if (known? item (vector-ref chart place))
      agenda
      (begin
        (vector-set! chart place (cons item (vector-ref chart place)))
        (cons item agenda))))

(define (predict! chart place symbol agenda)
  (let each ((rules (rules-of symbol)) (agenda agenda))
    (if (null? rules)
        agenda
        (each (cdr rules) (add! chart place (make-item symbol (car rules) place) agenda)))))

(define (complete! chart place done agenda)
  (let each ((waiting (vector-ref chart (item-origin done))) (agenda agenda))
    (if (null? waiting)
        agenda
        (each (cdr waiting)
              (let* ((item (car waiting)) (rest (item-rest item)))
                (if (and (pair? rest) (eq? (car rest) (item-head done)))
                    (add! chart place (make-item (item-head item) (cdr rest) (item-origin item)) agenda)
                    agenda))))))

(define (scan! chart place word item)
  (when (eq? (car (item-rest item)) word)
    (add! chart (+ place 1) (make-item (item-head item) (cdr (item-rest item)) (item-origin item)) '())))

(define (parse words)
  (let* ((length (vector-length words)) (chart (make-vector (+ length 2) '())))
    (predict! chart 0 'sentence '())
    (do ((place 0 (+ place 1))) ((> place length) chart)
      (let work ((agenda (vector-ref chart place)))
        (unless (null? agenda)
          (let* ((item (car agenda)) (rest (item-rest item)))
            (work
             (cond ((null? rest) (complete! chart place item (cdr agenda)))
                   ((rules-of (car rest)) (predict! chart place (car rest) (cdr agenda)))
                   ((= place length) (cdr agenda))
                   (else (scan! chart place (vector-ref words place) item) (cdr agenda))))))))))

;; How many trees derive the words between two places from a symbol, by what the chart says is possible.
(define (count-trees chart words symbol from to)
  (let ((memory (make-vector (* (+ to 1) (+ to 1)) '())))
    (define (possible? symbol from to)
      (let look ((items (vector-ref chart to)))
        (and (pair? items)
             (let ((item (car items)))
               (or (and (eq? (item-head item) symbol) (null? (item-rest item)) (= (item-origin item) from))
                   (look (cdr items)))))))
    (define (trees symbol from to)
      (let ((rules (rules-of symbol)) (index (+ from (* to (vector-length words)))))
        (cond ((not rules) (if (and (= to (+ from 1)) (eq? symbol (vector-ref words from))) 1 0))
              ((assq symbol (vector-ref memory index)) => cdr)
              (else
               (let ((count (if (possible? symbol from to) (of-rules rules from to) 0)))
                 (vector-set! memory index (cons (cons symbol count) (vector-ref memory index)))
                 count)))))
    (define (of-rules rules from to)
      (if (null? rules) 0 (+ (of-sequence (car rules) from to) (of-rules (cdr rules) from to))))
    (define (of-sequence symbols from to)
      (if (null? (cdr symbols))
          (trees (car symbols) from to)
          (let split ((middle (+ from 1)) (total 0))
            (if (>= middle to)
                total
                (let ((left (trees (car symbols) from middle)))
                  (split (+ middle 1)
                         (if (= left 0) total (+ total (* left (of-sequence (cdr symbols) middle to))))))))))
    (trees symbol from to)))

;; 1+1+ … with the given number of digits.
(define (sample digits)
  (let ((words (make-vector (- (* 2 digits) 1) 'digit)))
    (do ((i 1 (+ i 2))) ((>= i (vector-length words)) words)
      (vector-set! words i 'plus))))

(define (chart-size chart)
  (let add ((place 0) (sum 0))
    (if (= place (vector-length chart)) sum (add (+ place 1) (+ sum (length (vector-ref chart place)))))))

(define (run count digits)
  (do ((left count (- left 1))
       (answer #f
               (let* ((words (sample digits)) (chart (parse words)))
                 (list (count-trees chart words 'sentence 0 (vector-length words))
                       (chart-size chart)))))
      ((= left 0) answer)))

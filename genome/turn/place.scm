; The zone in which a time of day is meant, as people say it: "at 17:00 CET", "at 8 Tokyo time", "at 9 in New York".
(define-library (genome turn place)
  (export zone-part)
  (import (ouro base) (genome turn span))
  (begin

    ;; What people in a zone call it, in summer and winter alike.
    (define usual-names
      {"utc" "UTC" "gmt" "UTC" "z" "UTC"
       "pacific" "America/Los_Angeles" "pst" "America/Los_Angeles" "pdt" "America/Los_Angeles"
       "pt" "America/Los_Angeles"
       "mountain" "America/Denver" "mst" "America/Denver" "mdt" "America/Denver"
       "central" "America/Chicago" "cst" "America/Chicago" "cdt" "America/Chicago"
       "eastern" "America/New_York" "est" "America/New_York" "edt" "America/New_York"
       "bst" "Europe/London" "cet" "Europe/Paris" "cest" "Europe/Paris" "eet" "Europe/Athens"
       "eest" "Europe/Athens"
       "jst" "Asia/Tokyo" "aest" "Australia/Sydney" "aedt" "Australia/Sydney"})

    (define longest-name 3)

    (define (zone-part words zone-named)
      "What words after a time of day say of its zone, and the words left: ({:zone name} . rest), or #f. (zone-named text) gives the zone of a name or place, or #f. The name is #f if it is meant for a zone and none is known."
      (let ((first (bare (car words))))
        (cond ((equal? first "in") (place (cdr words) zone-named))
              ((usual (car words)) =>
               (lambda (zone) (cons {:zone zone} (without-time (cdr words)))))
              ((named-with-time words zone-named))
              ((area-and-place? (car words)) (cons {:zone (zone-named first)} (cdr words)))
              ((any (lambda (start) (string-prefix? start first)) '("utc+" "utc-" "gmt+" "gmt-"))
               (cons {:zone (zone-named first)} (cdr words)))
              ((initials? (car words)) (cons {:zone #f} (without-time (cdr words))))
              (else #f))))

    (define (place words zone-named)
      (let try ((count (min longest-name (length words))))
        (and (positive? count)
             (let ((name (text-of (take words count))))
               (or (found-as (or (usual name) (zone-named name))
                             (without-time (drop words count)))
                   (try (- count 1)))))))

    ;; "New York time"; of a place that is not known, "time" belongs to something else.
    (define (named-with-time words zone-named)
      (let ((before (take-while (lambda (word) (not (equal? (bare word) "time"))) words)))
        (and (<= 1 (length before) longest-name)
             (< (length before) (length words))
             (found-as (zone-named (text-of before)) (drop words (+ 1 (length before)))))))

    (define (found-as zone rest)
      (and zone (cons {:zone zone} rest)))

    (define (usual word)
      (get usual-names (bare word) #f))

    (define (without-time words)
      (if (and (pair? words) (member (bare (car words)) '("time" "standard" "daylight")))
          (without-time (cdr words))
          words))

    ;; "Europe/Berlin", in great letters.
    (define (area-and-place? word)
      (let ((parts (string-split word "/")))
        (and (pair? (cdr parts))
             (every (lambda (part)
                      (and (not (string-null? part)) (char-upper-case? (string-ref part 0))))
                    parts))))

    ;; "IST" may be India, Israel or Ireland.
    (define (initials? word)
      (let ((word (list->string (filter char-alphabetic? (string->list word)))))
        (and (<= 3 (string-length word) 5)
             (string-suffix? "T" word)
             (string=? word (string-upcase word)))))

    (define (text-of words)
      (string-join (map bare words)))))

; What an open pattern is surely meant for, where a model could answer instead: "remember ?note" also begins many a request.
(define-library (genome turn open)
  (export anything nothing no-question announced a-list a-known-list a-file a-page brief no-talk
          of-itself a-step one-word plain-parts)
  (import (ouro base) (genome turn pattern) (genome turn questions) (genome turn lists))
  (begin

    ;; Each takes what a pattern captured, and the context.

    (define (anything captured context)
      "All that fits, as long as something is found for it."
      #t)

    (define (nothing captured context)
      "Never, if there is a model."
      #f)

    (define (no-question captured context)
      "What asks nothing, neither as a whole nor in a part."
      (not (any asks? (cons (:text context) (vals captured)))))

    (define (announced captured context)
      "What asks nothing and stands after a colon, as in \"plan: write the tests\"."
      (let ((words (words-of (:text context))))
        (and (any (lambda (word) (string-suffix? ":" word)) (take words (min 3 (length words))))
             (no-question captured context))))

    (define (of-itself captured context)
      "What asks nothing, and speaks of nothing that was said before, as \"this is wrong\" does."
      (and (no-question captured context)
           (not (any (lambda (word) (member (string-downcase (without-comma word)) pointing))
                     (append-map words-of (vals captured))))))

    (define pointing '("it" "this" "that" "them" "these" "those"))

    (define (a-step captured context)
      "What is announced and is to be done, not a thing that is wanted: \"plan: a trip to Rome\"."
      (and (announced captured context)
           (not (member (string-downcase (car (words-of (:step captured)))) '("a" "an" "the")))))

    (define (one-word captured context)
      "A single word for each name."
      (every (lambda (text) (null? (cdr (words-of text)))) (vals captured)))

    (define (plain-parts captured context)
      "Names that capture no question."
      (not (any asks? (vals captured))))

    (define (a-list captured context)
      "A list that there is, one that is called so, or a single word that may be one."
      (let ((words (map string-downcase (words-of (:list captured)))))
        (or (known-list? captured)
            (pair? (filter (lambda (word) (member word '("list" "lists"))) words))
            (and (null? (cdr words))
                 (not (member (car words) '("it" "this" "that" "them" "words")))))))

    (define (a-known-list captured context)
      "A list that there is."
      (known-list? captured))

    (define (a-file captured context)
      "A path with a folder or an ending."
      (let ((words (words-of (:file captured))))
        (and (null? (cdr words)) (path-like? (car words)))))

    (define (a-page captured context)
      "An address."
      (let ((words (words-of (:url captured)))) (and (null? (cdr words)) (path-like? (car words)))))

    (define (no-talk captured context)
      "Where no talk with a model is under way that it might answer."
      (not (contains-key? (:state context) :talk)))

    (define (brief captured context)
      "One word or two for each name, where no talk with a model is under way."
      (and (no-talk captured context)
           (no-question captured context)
           (every (lambda (text) (<= (length (words-of text)) 2)) (vals captured))))

    (define (path-like? word)
      (any (lambda (sign) (string-contains word sign)) '("." "/")))

    (define (asks? text)
      (or (question? text) (string-prefix? "should " (string-downcase text))))))

; Responses about lists: make, add, show, check off, remove, and which lists there are.
(define-library (genome turn lists)
  (export add-item make-list-named check-off show-list remove-item clear-list show-lists
          known-list?)
  (import (ouro base) (genome turn reply) (genome turn recall) (genome turn record)
          (genome turn tasks))
  (begin

    (define (add-item captured context)
      "Puts an item, or several between commas, on a list; the list is made if there is none."
      (let* ((name (list-name captured))
             (items (->list (read-list name)))
             (new (remove (lambda (item) (member item items)) (items-in (:item captured)))))
        (if (null? new)
            (reply context (string-append (:item captured) " is on " name " already."))
            (begin
              (save-list! name (->persistent-vector (append items new)))
              (reply context (string-append "Added " (enumerated new) " to " name "."))))))

    (define (make-list-named captured context)
      "Begins a list; declines what is no name of one, as in \"a new list of films\"."
      (let ((name (list-name captured)))
        (cond ((member (car (string-split name " ")) '("of" "with" "for" "about" "from")) #f)
              ((known-list? captured)
               (reply context (string-append "There is a list " name " already.")))
              (else
               (begin-list! name)
               (reply context
                      (string-append "Made the list "
                                     name
                                     ". Say for example: add milk to "
                                     name))))))

    (define (check-off captured context)
      "Takes what is done off the list that it is on, or off the tasks."
      (let* ((item (without-article (:item captured)))
             (names (filter (lambda (name) (on-list? item name)) (list-names))))
        (match names
          (() (finish-task {:task item} context))
          ((name) (remove-item {:item item :list name} context))
          (_
            (reply context
                   (string-append item " is on " (enumerated names) ". Say for example: remove "
                                  item " from " (car names)))))))

    (define (on-list? item name)
      (any (lambda (each) (string-ci=? each item)) (->list (read-list name))))

    (define (without-article text)
      (if (string-prefix? "the " (string-downcase text))
          (substring text 4 (string-length text))
          text))

    ;; "eggs, bread and butter" are three; "salt and pepper" may be one.
    (define (items-in text)
      (let ((parts (string-split text ", ")))
        (if (null? (cdr parts))
            parts
            (append-map (lambda (part) (string-split (without-and part) " and ")) parts))))

    (define (without-and text)
      (if (string-prefix? "and " text) (substring text 4 (string-length text)) text))

    (define (enumerated items)
      (if (null? (cdr items))
          (car items)
          (string-append (string-join (take items (- (length items) 1)) ", ")
                         " and "
                         (last items))))

    (define (clear-list captured context)
      "Deletes a list, and shows what was on it; declines what is no list."
      (and (known-list? captured)
           (let* ((name (list-name captured)) (items (->list (read-list name))))
             (save-list! name [])
             (reply context
                    (string-join (cons (string-append "Cleared " name ". On it was:")
                                       (map (lambda (item) (string-append "- " item)) items))
                                 "\n")))))

    (define (show-list captured context)
      "Shows a list."
      (let* ((name (list-name captured)) (items (->list (read-list name))))
        (if (null? items)
            (reply-nothing context (string-append "There is nothing on " name "."))
            (reply context
                   (string-join (cons (string-append name ":")
                                      (map (lambda (item) (string-append "- " item)) items))
                                "\n")))))

    (define (remove-item captured context)
      "Takes an item off a list."
      (let* ((name (list-name captured))
             (items (->list (read-list name)))
             (rest (remove (lambda (item) (string-ci=? item (:item captured))) items)))
        (if (= (length rest) (length items))
            (reply-nothing context (string-append (:item captured) " is not on " name "."))
            (begin
              (save-list! name (->persistent-vector rest))
              (reply context (string-append "Removed " (:item captured) " from " name "."))))))

    (define (show-lists captured context)
      "Shows the names of all lists."
      (let ((names (list-names)))
        (reply context
               (if (null? names)
                   "There are no lists."
                   (string-append "Lists: " (string-join names ", "))))))

    (define (known-list? captured)
      "True if something is on the list, or was."
      (member (list-name captured) (list-names)))

    ;; "my shopping list", "the shopping list" and "shopping" are one list.
    (define (list-name captured)
      (let* ((words (filter (lambda (word)
                              (not (member (string-downcase word) '("my" "the" "a" "list"))))
                            (string-split (:list captured) " "))))
        (if (null? words) "things" (string-downcase (string-join words)))))))

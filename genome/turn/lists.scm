; Responses about lists: add, show, remove, and which lists there are.
(define-library (genome turn lists)
  (export add-item show-list remove-item clear-list show-lists known-list?)
  (import (ouro base) (genome turn reply) (genome turn recall) (genome turn record))
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

; Responses about lists: add, show, remove, and which lists there are.
(define-library (genome turn lists)
  (export add-item show-list remove-item show-lists known-list?)
  (import (ouro base) (genome turn reply) (genome turn recall) (genome turn record))
  (begin

    (define (add-item captured context)
      "Puts an item on a list; the list is made if there is none."
      (let* ((name (list-name captured)) (items (read-list name)))
        (if (member (:item captured) (->list items))
            (reply context (string-append (:item captured) " is on " name " already."))
            (begin
              (save-list! name (conj items (:item captured)))
              (reply context (string-append "Added " (:item captured) " to " name "."))))))

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

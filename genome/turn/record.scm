; What the agent writes down for a person: notes and lists, through the store port, under keys of their own.
(define-library (genome turn record)
  (export keep-note! drop-notes! save-list! begin-list! note-key)
  (import (ouro base) (port store))
  (begin

    (define longest-name 60)

    (define (keep-note! text from time)
      "Keeps a note of somebody and of a time in milliseconds; the same text again replaces it. The key under which it is kept."
      (let ((key (note-key text)))
        (store/put! key {:text text :from from :time time} :text text)
        key))

    (define (drop-notes! keys)
      "Deletes notes by their keys."
      (for-each (lambda (key) (store/delete! key)) keys))

    (define (save-list! name items)
      "Keeps the items of a list; a list without items is deleted."
      (if (zero? (size items))
          (store/delete! (list-key name))
          (store/put! (list-key name) items)))

    (define (begin-list! name)
      "Keeps a list on which nothing is yet."
      (store/put! (list-key name) []))

    (define (list-key name)
      (string-append "lists/" (string-downcase name)))

    (define (note-key text)
      "The key of a note: its letters and digits, with hyphens between words."
      (let* ((chars (map (lambda (char)
                           (if (or (char-alphabetic? char) (char-numeric? char))
                               (char-downcase char)
                               #\-))
                         (string->list text)))
             (name (hyphenated chars)))
        (string-append "notes/" (substring name 0 (min longest-name (string-length name))))))

    (define (hyphenated chars)
      (string-join (filter (lambda (part) (not (string-null? part)))
                           (string-split (list->string chars) "-"))
                   "-"))))

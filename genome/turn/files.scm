; Files that came in a conversation: kept in its state under names of their own, told of, and read.
(define-library (genome turn files)
  (export with-files newest-files file-named names-here hash-of sized tell-kept image? beginning-of)
  (import (ouro base) (ouro authority) (port store) (genome policy media) (genome turn pattern))
  (begin

    ;; The state has under :files the last ones, {:name :type :size :hash} each, the oldest first: all of them in one box,
    ;; since also a name comes from outside.
    (define most-kept 100)

    (define (with-files state arrived)
      "The state with a vector of files that came added to those that it has."
      (put state :files (quarantined all-of (get state :files []) arrived)))

    (define (newest-files count state)
      "The last files of the state, as a vector in a box."
      (quarantined last-of count (get state :files [])))

    (define (file-named name context)
      "The file of this name that came here, or #f; the turn has read it then."
      (let ((files (get (:state context) :files #f)))
        (and files
             (find (lambda (file) (string-ci=? (:name file) name)) (->list (reveal files))))))

    (define (names-here context)
      "The names of all files that came here, in a box if there are any."
      (quarantined names-of (get (:state context) :files [])))

    (define (all-of kept arrived)
      (last-of most-kept
               (fold (lambda (file kept) (conj kept (with-own-name (reveal file) kept)))
                     (reveal kept)
                     (->list arrived))))

    (define (last-of count files)
      (let ((files (reveal files))) (subvec files (max 0 (- (size files) count)))))

    (define (names-of files)
      (->persistent-vector (map (lambda (file) (:name file)) (->list (reveal files)))))

    (define (with-own-name file kept)
      (let ((name (string-join (words-of (:name file)))) (taken (->list (names-of kept))))
        (put file :name (free-name (if (string-null? name) "file" name) taken))))

    ;; cat.png, cat-2.png, cat-3.png …
    (define (free-name name taken)
      (let* ((parts (string-split name "."))
             (ending (if (null? (cdr parts)) "" (string-append "." (last parts))))
             (stem (substring name 0 (- (string-length name) (string-length ending)))))
        (let next ((number 1))
          (let ((name (if (= number 1)
                          name
                          (string-append stem "-" (number->string number) ending))))
            (if (any (lambda (other) (string-ci=? other name)) taken) (next (+ number 1)) name)))))

    (define (hash-of file)
      "The hash of a file in the box of what it names: others may have sent the same since. #f if it is not kept any more."
      (guard (raised ((and (condition? raised) (eq? (condition-code raised) :store-no-blob)) #f))
        (quarantined second-of (store/blob-get (:hash file) :limit-bytes 1) (:hash file))))

    (define (second-of found hash)
      (reveal (:bytes (reveal found)))
      (reveal hash))

    (define (image? file)
      "True of an image that a model may be shown."
      (and (of-type? (:type file) (:images shown)) (<= (:size file) (:most-image-bytes shown))))

    (define (beginning-of file most-characters)
      "The text of a file as far as so many characters; #f if it is no text."
      (and (of-type? (:type file) (:texts shown))
           (guard (raised ((and (condition? raised)
                                (eq? (condition-code raised) :store-not-text))
                           #f))
             ;; A character has up to four bytes.
             (let ((text (reveal (:text (reveal (store/blob-get (:hash file)
                                                                :as "text"
                                                                :limit-bytes (* 4
                                                                                (+ 1
                                                                                   most-characters))))))))
               (if (> (string-length text) most-characters)
                   (substring text 0 most-characters)
                   text)))))

    (define (sized file)
      "A file's type and size, as a text."
      (string-append (:type file) ", " (number->string (:size file)) " bytes"))

    (define (tell-kept response files is-asking)
      "The response, with what became of the files of the message where there is no model; is-asking if nothing was said beside them."
      (update response
              :answer
              (lambda (answer) (quarantined told-with answer files is-asking))))

    (define (told-with answer files is-asking)
      (string-join (append (if is-asking '() (list (reveal answer)))
                           (map told-kept (->list (reveal files)))
                           (if is-asking (list no-eyes) '()))
                   "\n"))

    (define no-eyes
      "To look into it I need a model, and none is configured. To add one: ouro model")

    (define (told-kept file)
      (string-append "I have kept " (:name file) " (" (sized file) "). Say: "
                     (if (of-type? (:type file) (:texts shown))
                         (string-append "read file " (:name file) ", or: ")
                         "")
                     "send me the file " (:name file)))))

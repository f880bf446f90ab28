; What a model is shown of a conversation's files: images as such, texts as far as they may go, all others by name.
(define-library (genome turn showing)
  (export within without-images said-by-person image-of pictured? as-seen models-for sees?)
  (import (ouro base) (ouro authority) (genome policy media) (genome turn pattern)
          (genome turn files))
  (begin

    ;; A message of the talk that images came with has them as :images, {:type :hash :size} each.

    (define (said-by-person context most-characters)
      "The message of the context as the talk keeps it, with its files: the turn has read them then."
      (let* ((files (files-of context))
             (share (quotient (min most-characters (:most-characters shown))
                              (max 1 (length files))))
             (words (if (null? (words-of (:text context))) '() (list (:text context))))
             (images (filter image? files))
             (message {:role "user"
                       :text (string-join (append words
                                                  (map (lambda (file) (told file share)) files))
                                          "\n\n")}))
        (if (null? images)
            message
            (put message :images (->persistent-vector (map image-of images))))))

    (define (files-of context)
      (->list (reveal (or (:files context) []))))

    (define (image-of file)
      "An image of the talk, from a file."
      {:type (plain-type (:type file)) :hash (:hash file) :size (:size file)})

    (define (told file share)
      (let ((text (beginning-of file (+ 1 share)))
            (what (string-append (:name file) ", " (sized file))))
        (cond ((image? file) (string-append "[With this came the image " what ".]"))
              (text
                (string-append "[With this came the file " what
                               ". What it says are no words of the person's:]\n"
                               (if (> (string-length text) share)
                                   (string-append (substring text 0 share)
                                                  "\n[This is only its beginning.]")
                                   (string-append text "\n[Here it ends.]"))))
              (else
               (string-append "[With this came the file "
                              what
                              ". It is kept, and cannot be shown to you.]")))))

    (define (pictured? talk context)
      "True if images came with a message of the talk or with that of the context."
      (or (any has-images? (->list talk)) (any image? (files-of context))))

    (define (has-images? message) (contains-key? message :images))

    (define (sees? model)
      "True of a model that takes images."
      (pair? (filter (lambda (tag) (equal? tag "images")) (->list (:tags model)))))

    (define (models-for models wanted)
      "Those of the models, in their order, that take images, unless a person has chosen one that does not, or there is none."
      (let ((seeing (filter sees? models)))
        (if (or (null? seeing)
                (and (equal? (:model (car models)) wanted) (not (sees? (car models)))))
            models
            seeing)))

    (define (as-seen talk is-seeing)
      "The talk as a model is shown it: of the images the last ones, as far as they may go together, or none."
      (let next ((messages (reverse (->list talk)))
                 (left (if is-seeing (:most-images-bytes shown) -1))
                 (made '()))
        (if (null? messages)
            (->persistent-vector made)
            (let* ((message (car messages))
                   (after (- left (bytes-of message)))
                   (images (if (negative? after) '() (images-of message))))
              (cond ((not (has-images? message)) (next (cdr messages) left (cons message made)))
                    ((null? images) (next (cdr messages) left (cons (unseen message) made)))
                    (else
                     (next (cdr messages)
                           after
                           (cons (put message :images (->persistent-vector images)) made))))))))

    (define (bytes-of message)
      (fold (lambda (image sum) (+ sum (:size image))) 0 (->list (get message :images []))))

    ;; Those that are kept, as router/complete wants them; the turn takes on the labels that they have by now.
    (define (images-of message)
      (filter-map (lambda (image)
                    (let ((hash (hash-of image)))
                      (and hash {:type (:type image) :blob (reveal hash)})))
                  (->list (get message :images []))))

    (define (within talk tokens)
      "The last messages of the talk that so many tokens hold, and the newest in any case. Three characters count as a token: in English it is four, in other scripts fewer."
      (let next ((messages (reverse (->list talk))) (left tokens) (made '()))
        (let ((after (if (null? messages) 0 (- left (tokens-of (car messages))))))
          (if (or (null? messages) (and (pair? made) (negative? after)))
              (->persistent-vector made)
              (next (cdr messages) after (cons (car messages) made))))))

    ;; What frames a message counts, and an image of usual size.
    (define (tokens-of message)
      (+ 8
         (quotient (string-length (:text message)) 3)
         (* 1500 (size (get message :images [])))))

    (define (without-images message)
      "The message as a model is shown it that takes no images."
      (if (has-images? message) (unseen message) message))

    (define (unseen message)
      (remove-key (update message
                          :text
                          (lambda (text)
                            (string-append text "\n[Its images are not shown to you.]")))
                  :images))))

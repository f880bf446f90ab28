; Skills: folders with a SKILL.md in files/skills, found for a message, and shown to a model once in a session.
(define-library (genome turn skills)
  (export frame show-skills)
  (import (ouro base) (ouro authority) (port tool-runtime) (genome prelude policy)
          (genome policy skills) (genome turn reply) (genome turn pattern) (genome turn session))
  (begin

    ;; Files may come from anywhere: all here runs in quarantine, and what it finds goes to the model in its box.

    (define folder "files/skills")
    (define most-skills 50)
    ;; Characters that are shown of one, and bytes of its file.
    (define longest-skill 20000)
    (define largest-file 1000000)

    (define (frame instructions talk context)
      "What a model is shown, and the session's ledger of skills: {:messages :skills}, each in a box if it comes from outside."
      (let ((framed (quarantined framed instructions
                                 talk
                                 (:text context)
                                 (get (:state context) :work {})
                                 (get (:state context) :skills {}))))
        {:messages (quarantined messages-in framed) :skills (quarantined ledger-in framed)}))

    (define (messages-in framed) (:messages (reveal framed)))
    (define (ledger-in framed) (:ledger (reveal framed)))

    ;; The ledger: {:index [{:name :description :path}] :shown {name #t}}. The index is made once in a session.
    (define (framed instructions talk text work ledger)
      (let* ((ledger (with-index (reveal ledger)))
             (new (fitting (reveal text) ledger))
             (work (work-lines work)))
        {:messages (->persistent-vector
                     (cons (put instructions
                                :text (string-join (append (list (:text instructions))
                                                           (about-work work)
                                                           (map shown new))
                                                   "\n\n"))
                           (->list (reveal talk))))
         :ledger (put ledger
                      :shown (fold (lambda (skill shown) (put shown (:name skill) #t))
                                   (:shown ledger)
                                   new))}))

    (define (about-work lines)
      (if (null? lines) '() (list (string-join (cons "The session's working set:" lines) "\n"))))

    (define (shown skill)
      (string-append "The skill " (:name skill) ":\n" (body-of skill)))

    (define (with-index ledger)
      (if (contains-key? ledger :index) ledger {:index (->persistent-vector (index)) :shown {}}))

    (define (fitting text ledger)
      (let* ((words (content-words text))
             (scored (filter (lambda (pair) (>= (car pair) 1))
                             (map (lambda (skill) (cons (fit skill words) skill))
                                  (remove (lambda (skill)
                                            (contains-key? (:shown ledger) (:name skill)))
                                          (->list (:index ledger))))))
             (best (map cdr (sort-by car scored >))))
        (take best (min skills-at-once (length best)))))

    (define (fit skill words)
      (let ((name (content-words (string-replace-all (:name skill) "-" " ")))
            (described (content-words (:description skill))))
        (policy-decide skill-fits
          {:named (if (every (lambda (word) (member word words)) name) 1.0 0.0)
           :shared (inexact (count (lambda (word) (member word described)) words))
           :words (inexact (length words))})))

    (define (index)
      (remove problem? (found-skills)))

    (define (problem? found) (contains-key? found :problem))

    ;; With those that cannot be used, {:path :problem}.
    (define (found-skills)
      (let ((folders (filter (lambda (entry) (equal? (:kind entry) "folder")) (listed))))
        (filter-map skill-in (take folders (min most-skills (length folders))))))

    ;; Without the folder there are none.
    (define (listed)
      (guard (raised ((condition? raised) '()))
        (->list (:entries (reveal (tool-runtime/list-files folder))))))

    ;; A folder without a SKILL.md is no skill, #f.
    (define (skill-in entry)
      (let ((path (string-append (:path entry) "/SKILL.md")))
        (guard (raised ((and (condition? raised)
                             (eq? (condition-code raised) :tool-runtime-no-file))
                        #f)
                       ((condition? raised) {:path path :problem (problem-of raised)}))
          (let ((front (front-matter (text-in path))))
            (if (and (contains-key? front :name) (contains-key? front :description))
                (put front :path path)
                {:path path :problem "it does not begin with its name and description"})))))

    (define (problem-of raised)
      (if (eq? (condition-code raised) :tool-runtime-too-large)
          (string-append "it has more than " (number->string largest-file) " bytes")
          (condition-message raised)))

    (define (text-in path)
      (:text (reveal (tool-runtime/read-file path :limit-bytes largest-file))))

    ;; Lines "name: …" and "description: …" between two lines of ---, as YAML writes texts of a line or more.
    (define (front-matter text)
      (let ((lines (lines-of text)))
        (if (and (pair? lines) (border? (car lines)))
            (fields-in (take-while (lambda (line) (not (border? line))) (cdr lines)))
            {})))

    (define (border? line)
      (equal? (string-trim-right line) "---"))

    (define (fields-in lines)
      (if (null? lines)
          {}
          (let ((field (find (lambda (field) (string-prefix? (car field) (car lines)))
                             '(("name:" . :name) ("description:" . :description))))
                (more (take-while inner? (cdr lines))))
            (merge (if field {(cdr field) (value-of (after (car field) (car lines)) more)} {})
                   (fields-in (drop (cdr lines) (length more)))))))

    ;; What is indented goes on with the line before, and so do empty lines among it.
    (define (inner? line)
      (or (string-null? line) (char-whitespace? (string-ref line 0))))

    (define (value-of first more)
      (let* ((first (trimmed first))
             (block? (and (member first '(">" ">-" ">+" "|" "|-" "|+")) #t))
             (text (trimmed (string-join (if block? more (cons first more)) " "))))
        (cond (block? text)
              ((not (equal? text (unquoted text)))
               (if (string-prefix? "'" text)
                   (string-replace-all (unquoted text) "''" "'")
                   (string-replace-all (unquoted text) "\\\"" "\"")))
              (else (car (string-split text " #"))))))

    (define (after start line)
      (substring line (string-length start) (string-length line)))

    (define (body-of skill)
      (let* ((lines (lines-of (readable (:path skill))))
             (rest (drop-while (lambda (line) (not (border? line)))
                               (if (pair? lines) (cdr lines) '()))))
        (shortened (string-join (if (pair? rest) (cdr rest) '()) "\n") (:path skill))))

    ;; It may be gone since the index was made.
    (define (readable path)
      (guard (raised ((condition? raised) "")) (text-in path)))

    (define (shortened text path)
      (if (> (string-length text) longest-skill)
          (string-append (substring text 0 longest-skill) "\n… and more: all of it is in " path)
          text))

    ;; Some editors begin a file with a mark of its encoding.
    (define (lines-of text)
      (string-split (string-replace-all (string-replace-all text "\xfeff;" "") "\r" "") "\n"))

    (define (trimmed text)
      (string-join (words-of text)))

    (define (show-skills captured context)
      "Lists the skills that there are, or shows one by its name; what was shown to a model before may be shown again."
      (reply-with context
                  {:skills {}}
                  (quarantined told (get captured :name ""))))

    (define (told name)
      (let* ((all (found-skills))
             (skills (remove problem? all))
             (found (find (lambda (skill) (string-ci=? (:name skill) name)) skills)))
        (cond (found (body-of found))
              ((null? all)
               "There are no skills. One is a folder in files/skills with a SKILL.md that begins with its name and description.")
              (else (string-join (append (map line-of skills)
                                         (map problem-line (filter problem? all)))
                                 "\n")))))

    (define (line-of skill)
      (string-append "- " (:name skill) ": " (:description skill)))

    (define (problem-line found)
      (string-append "Left out: " (:path found) ", for " (:problem found) "."))))

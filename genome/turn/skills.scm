; Skills: folders with a SKILL.md in files/skills, found for a message, and shown to a model once in a session.
(define-library (genome turn skills)
  (export frame show-skills)
  (import (ouro base) (ouro authority) (port tool-runtime) (genome prelude policy)
          (genome policy skills) (genome turn reply) (genome turn pattern) (genome turn session)
          (genome turn front))
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
        (each-named-once (filter-map skill-in (take folders (min most-skills (length folders)))))))

    ;; Of those with one name, the first is it.
    (define (each-named-once found)
      (let more ((found found) (paths {}))
        (match found
          (() '())
          ((skill . rest)
           (let* ((name (string-downcase (get skill :name ""))) (other (get paths name #f)))
             (cons (if other
                       {:path (:path skill)
                        :problem (string-append "its name " (:name skill) " is that of " other)}
                       skill)
                   (more rest
                         (if (or other (problem? skill))
                             paths
                             (put paths name (:path skill))))))))))

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

    (define (body-of skill)
      (shortened (after-front (readable (:path skill))) (:path skill)))

    ;; It may be gone since the index was made.
    (define (readable path)
      (guard (raised ((condition? raised) "")) (text-in path)))

    (define (shortened text path)
      (if (> (string-length text) longest-skill)
          (string-append (substring text 0 longest-skill) "\n… and more: all of it is in " path)
          text))

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

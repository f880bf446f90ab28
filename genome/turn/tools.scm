; Responses that run a tool: files of the agent's folder, and pages of hosts that are open to it.
(define-library (genome turn tools)
  (export read-a-file list-the-files fetch-a-page show-tools)
  (import (ouro base) (ouro authority) (port tool-runtime) (genome turn reply) (genome turn files))
  (begin

    ;; What a file or page says stays in its box: it is answered, and the turn reads none of it.

    (define longest-answer 6000)

    (define (read-a-file captured context)
      "Answers with the text of a file that came here, or of one of the folder."
      (let ((file (file-named (:file captured) context)))
        (reply context
               (if file
                   (text-here file)
                   (quarantined text-of (tool-runtime/read-file (in-files (:file captured))))))))

    ;; One more than is answered, so that it shows whether there are more.
    (define (text-here file)
      (let ((text (beginning-of file (+ 1 longest-answer))))
        (if text
            (shortened text)
            (string-append (:name file) " is no text ("
                           (sized file)
                           "). To have it, say: send me the file "
                           (:name file)))))

    (define (list-the-files captured context)
      "Answers with the names in a folder."
      (reply context
             (quarantined names-of
                          (names-here context)
                          (tool-runtime/list-files (in-files (get captured :folder "files"))))))

    (define (fetch-a-page captured context)
      "Answers with the text of a page."
      (reply context (quarantined page-of (tool-runtime/fetch (:url captured)))))

    (define (show-tools captured context)
      "Names the tools and says which can be used."
      (let ((found (tool-runtime/list)))
        (reply context
          (string-append "Tools: "
                         (string-join (map (lambda (tool)
                                             (string-append (:name tool)
                                                            (if (:available tool)
                                                                ""
                                                                " (refused here)")))
                                           (->list (:tools found)))
                                      ", ")
                         "\nFolders: "
                         (string-join (map (lambda (root) (:name root)) (->list (:roots found)))
                                      ", ")))))

    (define (in-files path)
      (if (or (equal? path "files") (string-prefix? "files/" path))
          path
          (string-append "files/" path)))

    (define (text-of file)
      (shortened (:text (reveal file))))

    (define (page-of page)
      (let ((page (reveal page)))
        (shortened (if (= 200 (:status page))
                       (:text page)
                       (string-append "The page answers "
                                      (number->string (:status page))
                                      ".\n"
                                      (:text page))))))

    (define (names-of here folder)
      (let ((lines (append (map (lambda (entry)
                                  (string-append "- "
                                                 (:path entry)
                                                 (if (equal? (:kind entry) "folder") "/" "")))
                                (->list (:entries (reveal folder))))
                           (map (lambda (name) (string-append "- " name " (came here)"))
                                (->list (reveal here))))))
        (if (null? lines) "There are no files." (string-join lines "\n"))))

    (define (shortened text)
      (cond ((string-null? text) "It is empty.")
            ((> (string-length text) longest-answer)
             (string-append (substring text 0 longest-answer) "\n… and more."))
            (else text)))))

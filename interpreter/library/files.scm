; Files, loading and leaving (R7RS 6.12 to 6.14), made of the few operations that a host grants.
(define-library (ouro files)
  (export make-file-library make-load make-process-library tool-files)
  (import (ouro kernel) (ouro control) (ouro traversal) (ouro ports))
  (begin

    (define (make-file-library read write! delete! exists?)
      "What (scheme file) exports, by name, over (read path as) with :text or :bytes, (write! path content), (delete! path) and (exists? path). Under :save-all is a procedure that writes what open ports still hold back."
      (define unsaved '())
      (define (input kind open)
        (lambda (path) (open (read path kind) path)))
      (define (output kind)
        (lambda (path)
          (define port
            (%open-delivering kind
              (lambda (content is-last)
                (write! path content)
                (if is-last (set! unsaved (remove (lambda (other) (eq? other port)) unsaved))))))
          (write! path (if (eq? kind :text) "" (bytevector)))
          (set! unsaved (cons port unsaved))
          port))
      (define open-input-file (input :text %open-named-string))
      (define open-binary-input-file
        (input :bytes (lambda (content path) (open-input-bytevector content))))
      (define open-output-file (output :text))
      (define open-binary-output-file (output :bytes))
      {"open-input-file" open-input-file
       "open-binary-input-file" open-binary-input-file
       "open-output-file" open-output-file
       "open-binary-output-file" open-binary-output-file
       "call-with-input-file" (lambda (path procedure)
                                (call-with-port (open-input-file path) procedure))
       "call-with-output-file" (lambda (path procedure)
                                 (call-with-port (open-output-file path) procedure))
       "with-input-from-file" (lambda (path thunk)
                                (with-port current-input-port (open-input-file path) thunk))
       "with-output-to-file" (lambda (path thunk)
                               (with-port current-output-port (open-output-file path) thunk))
       "delete-file" (lambda (path) (delete! path))
       "file-exists?" (lambda (path) (exists? path))
       :save-all (lambda () (for-each flush-output-port unsaved))})

    (define (with-port parameter port thunk)
      (call-with-port port (lambda (port) (parameterize ((parameter port)) (thunk)))))

    (define (make-load read usual-environment)
      "The load of a program: (read path :text) gives the text, (usual-environment) where it is evaluated."
      (case-lambda
        ((path) (%load (read path :text) path (usual-environment)))
        ((path environment) (%load (read path :text) path environment))))

    (define (make-process-library leave! save-all)
      "The two ways to leave a program, by name, over (leave! status), which does not return."
      {"exit" (case-lambda
                (() (leave-extents) (save-all) (leave! #t))
                ((status) (leave-extents) (save-all) (leave! status)))
       "emergency-exit" (case-lambda
                          (() (leave! #t))
                          ((status) (leave! status)))})

    (define (tool-files read-file write-file! list-files)
      "The same as make-file-library, over the operations of the port of tools, which deletes nothing. What they refuse is an error of the file."
      (make-file-library
        (lambda (path kind)
          (about path
            (lambda ()
              (if (eq? kind :text)
                  (get (read-file path :as "text") :text)
                  (get (read-file path :as "bytes") :bytes)))))
        (lambda (path content) (about path (lambda () (write-file! path content))))
        (lambda (path)
          (raise (condition :not-granted "delete-file: the port of tools deletes no file" path)))
        (lambda (path)
          (guard (e ((and (condition? e)
                          (memq (condition-code e)
                                '(:tool-runtime-no-file
                                  :tool-runtime-wrong-kind
                                  :tool-runtime-unknown-root)))
                     #f))
            (let ((entries (->list (get (list-files (or (folder-of path) path)) :entries))))
              (or (not (folder-of path))
                  (any (lambda (entry) (equal? (get entry :path) path)) entries)))))))

    (define (folder-of path)
      (let loop ((index (- (string-length path) 1)))
        (cond ((< index 0) #f)
              ((char=? (string-ref path index) #\/) (substring path 0 index))
              (else (loop (- index 1))))))

    (define (about path thunk)
      (guard (e ((and (condition? e) (not (eq? (condition-code e) :limit-exceeded)))
                 (raise (condition :file-error (condition-message e) path))))
        (thunk)))))

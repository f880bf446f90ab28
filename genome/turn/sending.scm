; Files that the agent sends: what came here, what stands in its folder, or what is written for it, to this conversation alone.
(define-library (genome turn sending)
  (export send-file! send-tool send-a-file)
  (import (ouro base) (ouro authority) (port store) (port tool-runtime) (port baseband)
          (genome turn reply) (genome turn files))
  (begin

    ;; A file and its name come from outside: hashes stay in their boxes, so that what they name is judged by its labels.

    (define most-bytes 4000000)

    (define (send-file! arguments context)
      "Sends a file to the conversation of the context, {:name} or with :content one that is made of that, and with :text words to go with it. What was sent, as a text. Errors: no-file, no-files-here, no-name."
      (let* ((channel (channel-of (get context :cell "")))
             (name (get arguments :name ""))
             (file (cond ((string-null? (file-name name))
                          (raise (condition :no-name "A file is sent by its name.")))
                         ((contains-key? arguments :content)
                          (kept (file-name name) (string->utf8 (:content arguments))))
                         ((file-named name context)
                          => (lambda (file) (put file :hash (or (hash-of file) (gone name)))))
                         (else (in-folder name)))))
        (baseband/send! channel
                        (get arguments :text (string-append "Here is " (:name file) "."))
                        :files [{:hash (:hash file) :name (:name file) :type (:type file)}])
        (string-append "Sent " (:name file) ".")))

    (define send-tool
      "What a model is told of it, as tool-of tells of a capability."
      {:name "file/send!"
       :doc "(file/send! name [:content content] [:text text]) Sends a file to the person, in this conversation: one that came here, by its name; one of the folder, by its path, such as files/plan.md; or with :content a new one of this text. text goes with it. What you did not write yourself needs a person's word."
       :tool "file_send"
       :description "Sends a file to the person, in this conversation: one that came here, by its name; one of the folder, by its path, such as files/plan.md; or with content a new one of this text. What you did not write yourself needs a person's word."
       :parameters "{\"additionalProperties\":false,\"properties\":{\"content\":{\"description\":\"The whole text of a new file\",\"type\":\"string\"},\"name\":{\"description\":\"Its name or path\",\"type\":\"string\"},\"text\":{\"description\":\"Words to go with it\",\"type\":\"string\"}},\"required\":[\"name\"],\"type\":\"object\"}"})

    (define (send-a-file captured context)
      "Sends the file of a name."
      (guard (raised ((and (condition? raised)
                           (contains-key? #{:no-file :no-files-here} (condition-code raised)))
                      (reply-nothing context (condition-message raised))))
        (reply context (send-file! {:name (:file captured)} context))))

    ;; The cell of a conversation is named ouro/PLATFORM/ACCOUNT/CHANNEL/THREAD, the last of them empty outside threads.
    (define (channel-of cell)
      (match (string-split cell "/")
        (("ouro" "repl" . rest)
         (raise (condition :no-files-here
                           "In a terminal I only write. My files stand in the folder files of my home.")))
        (("ouro" platform account channel "" . rest)
         (string-join (list platform account channel) "/"))
        (("ouro" platform account channel thread . rest)
         (string-join (list platform account channel thread) "/"))
        (else
         (raise (condition :no-files-here "I send files only where somebody talks to me.")))))

    (define (in-folder name)
      (let ((path (if (string-prefix? "files/" name) name (string-append "files/" name))))
        (kept (file-name name)
              (quarantined bytes-of
                (guard (raised ((and (condition? raised)
                                     (eq? (condition-code raised) :tool-runtime-no-file))
                                (raise (condition :no-file (no-file name)))))
                  (tool-runtime/read-file path :as "bytes" :limit-bytes most-bytes))))))

    (define (gone name)
      (raise (condition :no-file (string-append "The file " name " is not kept any more."))))

    (define (bytes-of file) (:bytes (reveal file)))

    (define (no-file name)
      (string-append "There is no file "
                     name
                     ": none of that name has come here, and none stands in my folder. To see what there is, say: files"))

    (define (kept name bytes)
      {:name name
       :type (type-of name)
       :hash (quarantined hash-in (store/blob-put! bytes))})

    (define (hash-in kept) (:hash (reveal kept)))

    (define (file-name path)
      (last (string-split path "/")))

    (define types
      {"txt" "text/plain" "md" "text/markdown" "csv" "text/csv" "html" "text/html"
       "json" "application/json" "xml" "application/xml" "pdf" "application/pdf"
       "zip" "application/zip" "png" "image/png" "jpg" "image/jpeg" "jpeg" "image/jpeg"
       "gif" "image/gif" "webp" "image/webp" "svg" "image/svg+xml" "mp3" "audio/mpeg"
       "ogg" "audio/ogg" "mp4" "video/mp4"})

    (define (type-of name)
      (get types (string-downcase (last (string-split name "."))) "application/octet-stream"))))

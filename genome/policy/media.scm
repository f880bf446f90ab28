; Which files of people are let in, as what does not fit is not even fetched; and what of them a model is shown.
(define-library (genome policy media)
  (export media shown of-type? plain-type)
  (import (ouro base))
  (begin

    (define media
      "The media types that are let in, one as image/png or all of a kind as image/*; how many bytes a file has at most, and how many files a message."
      {:types ["image/*" "audio/*" "text/*" "application/pdf" "application/json"
               "application/csv" "application/xml" "application/yaml"]
       :most-bytes 10000000
       :most-files 10})

    (define shown
      "What of files a model is shown: the types of images, how many bytes one has at most, and all of a conversation together; and the types that are read as text, and how many characters of a message's."
      {:images ["image/png" "image/jpeg" "image/gif" "image/webp"]
       :most-image-bytes 5000000
       :most-images-bytes 15000000
       :texts ["text/*" "application/json" "application/csv" "application/xml" "application/yaml"]
       :most-characters 20000})

    (define (plain-type type)
      "A media type in small letters, without parameters: that of \"image/PNG ; q=1\" is image/png."
      (string-downcase (string-trim-both (car (string-split type ";")))))

    (define (of-type? type patterns)
      "True if a media type, whatever its parameters, is one of a vector of them, or of a kind such as text/*."
      (let ((type (plain-type type)))
        (any (lambda (pattern)
               (or (equal? pattern type)
                   (and (string-suffix? "/*" pattern)
                        (string-prefix? (substring pattern 0 (- (string-length pattern) 1))
                                        type))))
             (->list patterns))))))

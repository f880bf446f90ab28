; Tests: which files are images and which texts, what a model is shown of images, and which models are asked to see.
(define-library (genome test files)
  (export tests run-tests)
  (import (ouro base) (genome prelude test) (genome policy media) (genome turn files)
          (genome turn showing))
  (begin

    (define (file type size)
      {:name "a.bin" :type type :size size :hash "0"})

    (define blind {:model "blind" :tags ["tools"]})
    (define seeing {:model "seeing" :tags ["images"]})
    (define (names models) (map (lambda (model) (:model model)) models))

    (define-tests tests
      ("a type is of a pattern as such or by its kind, in any case and with any parameters"
       (check (of-type? "image/png" ["image/png"]) => #t
              (of-type? "Text/Markdown; charset=utf-8" ["text/*"]) => #t
              (of-type? "text" ["text/*"]) => #f
              (of-type? "textual/x" ["text/*"]) => #f
              (of-type? "image/svg+xml" (:images shown)) => #f
              (of-type? "" (:texts shown)) => #f))
      ("an image is told to a model by the plain name of its type"
       (check (image-of (file "image/PNG ; x=1" 5)) => {:type "image/png" :hash "0" :size 5}))
      ("what is read as text is let in"
       (check (filter (lambda (type) (not (of-type? type (:types media)))) (->list (:texts shown)))
              => '()))
      ("an image that is too large is none that a model is shown"
       (check (image? (file "image/webp" 5000000)) => #t
              (image? (file "image/webp" 5000001)) => #f
              (image? (file "application/pdf" 10)) => #f))
      ("where images are, those models are asked that see them, and another only if a person chose it"
       (check (names (models-for (list blind seeing) "")) => '("seeing")
              (names (models-for (list blind seeing) "blind")) => '("blind" "seeing")
              (names (models-for (list seeing blind) "seeing")) => '("seeing")
              (names (models-for (list blind) "")) => '("blind")))
      ("a model that sees no images is told that there were some"
       (check (as-seen [{:role "user" :text "look" :images [{:type "image/png" :hash "0" :size 1}]}
                        {:role "assistant" :text "no"}]
                       #f)
              => [{:role "user" :text "look\n[Its images are not shown to you.]"}
                  {:role "assistant" :text "no"}])))

    (define (run-tests)
      "Runs the tests of this library."
      (run-all tests))))

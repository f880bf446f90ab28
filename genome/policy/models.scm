; Which models there are: providers as data, each with its address, its wire, and what its models cost.
(define-library (genome policy models)
  (export providers own-providers)
  (import (ouro base))
  (begin

    ;; A provider: {:name :wire :url :secret :models}. The wire is "anthropic", "openai-chat" or "openai-responses"; the
    ;; secret is a name in the vault, bound to the address's origin, and is left out where no key is wanted.
    ;; A model: {:name :context :price :tags :thinking}, with :id where the provider calls it otherwise. The context is in
    ;; tokens, the price in US cents for a million tokens read, and written. It thinks not at all ("none"), by a budget
    ;; of tokens ("budget"), as it sees fit ("adaptive"), or cannot be kept from it ("always").
    ;; A local endpoint, such as Ollama's, is one form:
    ;;   {:name "ollama" :wire "openai-chat" :url "http://127.0.0.1:11434/v1"
    ;;    :models [{:name "llama3.3" :context 128000 :price [0 0]}]}

    (define own-providers
      "Those that this home has added. One of the name of a known one takes its place."
      [])

    ;; From platform.claude.com/docs/en/models and developers.openai.com/api/docs/models, November of 2026. A context is no
    ;; longer than that up to which the price holds.
    (define known-providers
      "Those that wait for a key, and for nothing else."
      [{:name "anthropic" :wire "anthropic" :url "https://api.anthropic.com" :secret "anthropic"
        :models [{:name "claude-opus-5-5"
                  :context 1000000
                  :price [400 2000]
                  :tags ["images" "tools"]
                  :thinking "always"}
                 {:name "claude-sonnet-5-5"
                  :context 1000000
                  :price [200 1000]
                  :tags ["images" "tools"]
                  :thinking "adaptive"}
                 {:name "claude-haiku-5-5"
                  :context 100000
                  :price [10 50]
                  :tags ["images" "tools"]
                  :thinking "adaptive"}]}
       {:name "openai" :wire "openai-responses" :url "https://api.openai.com/v1" :secret "openai"
        :models [{:name "gpt-6.1-sol"
                  :context 272000
                  :price [200 1000]
                  :tags ["images" "tools"]
                  :thinking "always"}
                 {:name "gpt-6.1-terra"
                  :context 272000
                  :price [100 500]
                  :tags ["images" "tools"]
                  :thinking "adaptive"}]}])

    (define providers
      "All providers, in the order in which they are preferred."
      (let ((own (map (lambda (provider) (:name provider)) (->list own-providers))))
        (->persistent-vector
          (append (->list own-providers)
                  (remove (lambda (provider) (member (:name provider) own))
                          (->list known-providers))))))))

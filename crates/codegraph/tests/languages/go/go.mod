module example.org/shop

require github.com/nats-io/nats.go v1.0.0

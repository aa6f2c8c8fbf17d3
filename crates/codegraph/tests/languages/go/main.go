// Package main sells.
package main

import (
	"fmt"

	"example.org/shop/store"
	"github.com/nats-io/nats.go"
)

// Seller sells books.
type Seller struct {
	store.Shelf
	stock *store.Stock
}

type Sells interface {
	Sell(count int) error
}

func (s *Seller) Sell(count int) error {
	s.stock.Take(count)
	s.Refill()
	fmt.Println(helper(count))
	return nil
}

func main() {
	seller := &Seller{stock: store.Open()}
	seller.Sell(2)
	connection.Publish("shop.sold", nil)
}

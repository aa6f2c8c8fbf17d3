package store

import "testing"

func TestTake(t *testing.T) {
	stock := Open()
	stock.Take(1)
}

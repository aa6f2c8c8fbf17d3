package store

type Stock struct{ count int }

type Shelf struct{}

func (s *Shelf) Refill() {}

func (s *Stock) Take(count int) { s.count -= count }

func Open() *Stock { return &Stock{} }

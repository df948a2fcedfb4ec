package scoperegistry

import "sync"

// locked is a value that one goroutine at a time looks at.
type locked[T any] struct {
	mutex sync.Mutex
	value T
}

func (l *locked[T]) do(look func(value *T)) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	look(&l.value)
}

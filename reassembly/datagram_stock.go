package reassembly

// A datagramStock keeps slices that wait for their next use. They have one of a
// few capacities: so what one datagram used serves another of about the same
// size, and never a small one that would keep more than it is charged for.
type datagramStock[T any] struct {
	sizes []int // capacities, rising
	keep  int   // most elements that wait, in slices of one capacity
	free  [][][]T
}

func newDatagramStock[T any](keep int, sizes ...int) datagramStock[T] {
	return datagramStock[T]{sizes: sizes, keep: keep, free: make([][][]T, len(sizes))}
}

// take returns an empty slice with room for n.
func (s *datagramStock[T]) take(n int) []T {
	for i, size := range s.sizes {
		if n > size {
			continue
		}
		if last := len(s.free[i]) - 1; last >= 0 {
			b := s.free[i][last]
			s.free[i] = s.free[i][:last]
			return b
		}
		return make([]T, 0, size)
	}
	size := s.sizes[len(s.sizes)-1]
	for size < n {
		size *= 2
	}
	return make([]T, 0, size)
}

// put takes a slice back.
func (s *datagramStock[T]) put(b []T) {
	for i, size := range s.sizes {
		if cap(b) == size && (len(s.free[i])+1)*size <= s.keep {
			s.free[i] = append(s.free[i], b[:0])
			return
		}
	}
}

// grown returns b with room for n more.
func (s *datagramStock[T]) grown(b []T, n int) []T {
	larger := append(s.take(len(b)+n), b...)
	s.put(b)
	return larger
}

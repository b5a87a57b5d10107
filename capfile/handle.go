package capfile

import (
	"os"
	"sync"
)

// A handle is an open file. The pieces that read from it and Take hold it; who
// lets go last closes it. So there are never more files open than pieces out,
// and two.
type handle struct {
	file *os.File
	used int
	of   *handles
}

// handles are the open files of one input: at most one at a time.
type handles struct {
	mu   sync.Mutex
	open *handle
}

// hold opens the file, or holds it once more.
func (h *handles) hold(path string) (*handle, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.open == nil {
		f, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		h.open = &handle{file: f, of: h}
	}
	h.open.used++
	return h.open, nil
}

// release lets go.
func (h *handle) release() {
	h.of.mu.Lock()
	defer h.of.mu.Unlock()
	h.used--
	if h.used == 0 {
		h.file.Close()
		h.of.open = nil
	}
}

// closeAll closes the file whoever holds it.
func (h *handles) closeAll() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.open != nil {
		h.open.file.Close()
		h.open = nil
	}
}

package main

import (
	"io"
	"sync"
)

// A screen is standard error: lines that stay, and below them at most one that
// changes, the progress. Many goroutines may write to it.
type screen struct {
	mu     sync.Mutex
	to     io.Writer
	moving string // what stands on the line that changes
}

const eraseLine = "\r\x1b[K"

func newScreen(to io.Writer) *screen { return &screen{to: to} }

// Write adds lines that stay.
func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.moving == "" {
		return s.to.Write(p)
	}
	io.WriteString(s.to, eraseLine)
	n, err := s.to.Write(p)
	io.WriteString(s.to, s.moving)
	return n, err
}

// Sync is there for the logger: nothing is held back.
func (s *screen) Sync() error { return nil }

// show replaces the line that changes; an empty text removes it.
func (s *screen) show(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.moving != "" || text != "" {
		io.WriteString(s.to, eraseLine+text)
	}
	s.moving = text
}

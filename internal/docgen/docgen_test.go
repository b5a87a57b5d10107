package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestThePageIsWhatTheSchemasSay(t *testing.T) {
	got, err := os.ReadFile(filepath.Join("..", "..", filepath.FromSlash(page)))
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != render(schemas()...) {
		t.Errorf("%s is stale: go run ./internal/docgen", page)
	}
}

func TestSchemasAreSound(t *testing.T) {
	for _, s := range schemas() {
		if err := s.Check(); err != nil {
			t.Error(err)
		}
	}
}

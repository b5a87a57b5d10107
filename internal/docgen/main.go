// Docgen writes docs/records.md: the text of intro.md and, from their schemas, every
// field of every kind of record. Run it from anywhere in the repository:
//
//	go run ./internal/docgen
package main

import (
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/pcappipe/pcappipe/conn"
	"github.com/pcappipe/pcappipe/correlate"
	"github.com/pcappipe/pcappipe/decoder/fields"
	"github.com/pcappipe/pcappipe/pipeline"
	"github.com/pcappipe/pcappipe/reassembly"
	"github.com/pcappipe/pcappipe/record"
)

// page is what is written, from the root of the repository.
const page = "docs/records.md"

// schemas returns what the page describes, in its order.
func schemas() []*record.Schema {
	return []*record.Schema{
		fields.Schema, conn.Schema, reassembly.DatagramSchema, reassembly.StreamSchema, reassembly.TurnSchema, correlate.ExchangeSchema, correlate.TraceSchema,
		pipeline.SummarySchema,
	}
}

func main() {
	mod, err := exec.Command("go", "env", "GOMOD").Output()
	if err != nil {
		log.Fatal(err)
	}
	path := filepath.Join(filepath.Dir(strings.TrimSpace(string(mod))), filepath.FromSlash(page))
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(render(schemas()...)), 0o666); err != nil {
		log.Fatal(err)
	}
	fmt.Println(path)
}

// Correctness writes docs/correctness.md, and its short form into README.md,
// from what the comparisons with other programs have left in a folder:
//
//	go run ./internal/correctness FOLDER
//
// make corpus runs it behind the comparisons.
package main

import (
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/pcappipe/pcappipe/internal/secondopinion"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) != 2 {
		log.Fatal("usage: correctness FOLDER")
	}
	if err := run(os.Args[1]); err != nil {
		log.Fatal(err)
	}
}

func run(folder string) error {
	results, err := secondopinion.LoadResults(folder)
	if err != nil {
		return err
	}
	page, err := secondopinion.Page(results)
	if err != nil {
		return err
	}
	brief, err := secondopinion.Brief(results)
	if err != nil {
		return err
	}
	mod, err := exec.Command("go", "env", "GOMOD").Output()
	if err != nil {
		return err
	}
	root := filepath.Dir(strings.TrimSpace(string(mod)))
	readme := filepath.Join(root, "README.md")
	text, err := os.ReadFile(readme)
	if err != nil {
		return err
	}
	changed, err := secondopinion.PutBrief(string(text), brief)
	if err != nil {
		return fmt.Errorf("README.md: %w", err)
	}
	if err := os.WriteFile(readme, []byte(changed), 0o666); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(root, "docs", "correctness.md"), []byte(page), 0o666)
}

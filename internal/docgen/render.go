package main

import (
	_ "embed"
	"fmt"
	"strings"

	"github.com/pcappipe/pcappipe/record"
)

//go:embed intro.md
var intro string

// render returns the page.
func render(schemas ...*record.Schema) string {
	var b strings.Builder
	b.WriteString(intro)
	for _, s := range schemas {
		fmt.Fprintf(&b, "\n## %s\n\n%s\n", s.Kind, sentence(s.Doc))
		for _, l := range s.Layers {
			renderLayer(&b, l)
		}
	}
	return b.String()
}

// renderLayer writes a layer's table.
func renderLayer(b *strings.Builder, l *record.Layer) {
	if l.Key != "" {
		fmt.Fprintf(b, "\n### `%s`", l.Key)
		if l.Repeats {
			b.WriteString(" (array)")
		}
		b.WriteByte('\n')
	}
	b.WriteString("\n| field | type | unit | defined in | what it is |\n| --- | --- | --- | --- | --- |\n")
	for i := range l.Fields {
		f := &l.Fields[i]
		t := f.Type.String()
		if f.Repeats {
			t += "[]"
		}
		fmt.Fprintf(b, "| `%s` | %s | %s | %s | %s |\n", f.Name, t, cell(f.Unit), cell(f.Source), cell(f.Doc))
	}
}

// cell makes a text fit into a table.
func cell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }

// sentence gives a text its capital and its full stop.
func sentence(text string) string {
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + strings.TrimSuffix(text[1:], ".") + "."
}

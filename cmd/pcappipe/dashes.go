package main

import (
	"strings"

	"github.com/spf13/pflag"
)

// doubleDashes gives every single-dash word that is the whole name of a long
// flag its second dash: -workers 16 becomes --workers 16, where pflag alone
// would read -w -o -r and so on. It stops at "--", and leaves the values of
// flags alone: in "-o -workers" the file is called -workers.
func doubleDashes(flags *pflag.FlagSet, args []string) []string {
	out := make([]string, 0, len(args))
	for i := 0; i < len(args); i++ {
		word := args[i]
		if word == "--" {
			return append(out, args[i:]...)
		}
		if strings.HasPrefix(word, "-test.") || longName(flags, word) != nil && !strings.HasPrefix(word, "--") {
			word = "-" + word // pflag drops -test.x without a word: --test.x it refuses
		}
		out = append(out, word)
		if valueFollows(flags, word) && i+1 < len(args) {
			i++
			out = append(out, args[i])
		}
	}
	return out
}

// longName returns the flag whose whole long name a word with one dash or two
// has, with "=value" behind it or without.
func longName(flags *pflag.FlagSet, word string) *pflag.Flag {
	name, dashed := strings.CutPrefix(word, "-")
	if !dashed {
		return nil
	}
	name, _, _ = strings.Cut(strings.TrimPrefix(name, "-"), "=")
	return flags.Lookup(name)
}

// valueFollows says whether the word after this one is its flag's value.
func valueFollows(flags *pflag.FlagSet, word string) bool {
	if strings.HasPrefix(word, "--") {
		f := longName(flags, word)
		return f != nil && f.NoOptDefVal == "" && !strings.Contains(word, "=")
	}
	letters, dashed := strings.CutPrefix(word, "-")
	if !dashed {
		return false
	}
	for i := range len(letters) {
		if letters[i] >= 0x80 {
			return false // pflag looks short flags up by byte and panics at more than one
		}
		f := flags.ShorthandLookup(letters[i : i+1])
		if f == nil {
			return false
		}
		if f.NoOptDefVal == "" {
			return i == len(letters)-1
		}
	}
	return false
}

package main

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/pflag"
)

func TestSingleDashLongFlags(t *testing.T) {
	flags := newCommand().all
	for _, row := range []struct{ name, args, want string }{
		{"a value that follows", "-workers 16 a.pcap", "--workers 16 a.pcap"},
		{"a value behind =", "-workers=16", "--workers=16"},
		{"a flag without a value", "-quiet -emit flows", "--quiet --emit flows"},
		{"one that also reads as a short flag and its value", "-emit flows -from 1 -filter tcp", "--emit flows --from 1 --filter tcp"},
		{"already two dashes", "--workers 16 --quiet", "--workers 16 --quiet"},
		{"short flags stay", "-q -v -c 5 -c5 -qv -oout -Eserver", "-q -v -c 5 -c5 -qv -oout -Eserver"},
		{"not the whole name", "-worker 16 -emi flows", "-worker 16 -emi flows"},
		{"nothing behind --", "-quiet -- -workers 16", "--quiet -- -workers 16"},
		{"a short flag's value", "-o -workers -quiet", "-o -workers --quiet"},
		{"a long flag's value", "--output -workers -quiet", "--output -workers --quiet"},
		{"a rewritten flag's value", "-output -workers -quiet", "--output -workers --quiet"},
		{"a value that looks like --", "-o -- -quiet", "-o -- --quiet"},
		{"the last of short flags has a value", "-qo -workers -quiet", "-qo -workers --quiet"},
		{"a short flag with its value in the word", "-q -oout -workers 2", "-q -oout --workers 2"},
		{"a flag that takes no value", "-q -workers 2", "-q --workers 2"},
		{"a flag with = takes no word more", "-format=csv -quiet", "--format=csv --quiet"},
		{"standard input", "- -quiet", "- --quiet"},
		{"what pflag would drop", "-test.v -quiet", "--test.v --quiet"},
		{"no flag at all", "-é -= -=x --- --=", "-é -= -=x --- --="},
	} {
		got := doubleDashes(flags, strings.Fields(row.args))
		if strings.Join(got, " ") != row.want {
			t.Errorf("%s: %s becomes %s, not %s", row.name, row.args, strings.Join(got, " "), row.want)
		}
	}
}

// Whatever the words are, rewriting keeps their number and adds at most a dash
// to each, does nothing more when done again, touches nothing behind "--" or
// without a dash, and leaves a command line alone that has no long name behind
// a single dash.
func FuzzDoubleDashes(f *testing.F) {
	for _, seed := range []string{
		"-workers\n16\na.pcap", "-o\n-workers", "--filter\n-emit\n-emit\nflows", "-qo\n-quiet\n--\n-quiet", "-e=ip.src\n-emit=frames",
		"-from\n+1d\n-memory=2G\n-filter\ntcp port 80\na", "-é\n-test.v\n--=\n-",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		flags := newCommand().all
		args := strings.Split(text, "\n")
		once := doubleDashes(flags, args)
		if twice := doubleDashes(flags, once); !slices.Equal(once, twice) {
			t.Errorf("%q becomes %q, and that %q", args, once, twice)
		}
		if len(once) != len(args) {
			t.Fatalf("%q becomes %q", args, once)
		}
		plain := true
		for i, word := range args {
			if once[i] == word {
				continue
			}
			plain = false
			if once[i] != "-"+word || word[0] != '-' || strings.HasPrefix(word, "--") {
				t.Errorf("%q becomes %q", word, once[i])
			}
		}
		if long := slices.ContainsFunc(args, func(word string) bool {
			return strings.HasPrefix(word, "-test.") || !strings.HasPrefix(word, "--") && longName(flags, word) != nil
		}); !long && !plain {
			t.Errorf("%q becomes %q without need", args, once)
		}
		newCommand().parse(args) // must not panic
	})
}

// A command line written with one dash or with two, in any of pflag's ways and
// with any values, means the flags and values that it was made of.
func TestOneDashMeansTwo(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	var names []string
	flags := newCommand().all
	flags.VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	nasty := []string{"-workers", "--emit", "--", "-", "-o", "", "a b", "-qo", "--output=x", "flows"}
	for range 2000 {
		var one, two, want []string
		for range random.IntN(6) {
			name := names[random.IntN(len(names))]
			value := nasty[random.IntN(len(nasty))]
			flag := []string{name}
			switch f := flags.Lookup(name); {
			case f.NoOptDefVal != "":
				value = f.NoOptDefVal
			case random.IntN(2) == 0:
				flag = []string{name + "=" + value}
			default:
				flag = []string{name, value}
			}
			one = append(append(one, "-"+flag[0]), flag[1:]...)
			two = append(append(two, "--"+flag[0]), flag[1:]...)
			want = append(want, name+" is "+value)
		}
		if got := doubleDashes(flags, one); !slices.Equal(got, two) {
			t.Fatalf("%q becomes %q", one, got)
		}
		if got := doubleDashes(flags, two); !slices.Equal(got, two) {
			t.Fatalf("%q becomes %q", two, got)
		}
		var read []string
		err := newCommand().all.ParseAll(two, func(f *pflag.Flag, value string) error {
			read = append(read, f.Name+" is "+value)
			return nil
		})
		if err != nil || !slices.Equal(read, want) {
			t.Fatalf("%q is read as %q, %v", two, read, err)
		}
	}
}

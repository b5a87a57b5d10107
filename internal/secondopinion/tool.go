package secondopinion

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// A Tool is a program of other authors that is asked about one capture at a
// time. What it said is kept on disk, under a name made of the capture's
// content, the arguments and the tool's version: starting tshark takes a
// quarter of a second, fifteen hundred times.
type Tool struct {
	path    string
	name    string   // the program and its version, as far as it decides what is said
	args    []string // before the capture's path
	version string
	cache   string
	form    string                       // of what digest returns; it changes with it
	digest  func([]byte) ([]byte, error) // what is kept of the output; nil: all of it
}

// longest is how much time a tool has for one capture: it may be made to hang.
const longest = 5 * time.Minute

// A Reply is what a tool said of a capture.
type Reply struct {
	Stdout []byte
	Stderr string
	Status int // exit status
}

// NewTool finds a program. Its replies are kept in $PCAPPIPE_CACHE, or in the
// user's cache directory.
func NewTool(name string, args ...string) (*Tool, error) {
	path, err := exec.LookPath(name)
	if err != nil {
		return nil, err
	}
	version, err := exec.Command(path, "--version").Output()
	if err != nil {
		return nil, fmt.Errorf("%s --version: %w", name, err)
	}
	cache, err := cacheDir()
	if err != nil {
		return nil, err
	}
	first, _, _ := strings.Cut(string(version), "\n")
	return &Tool{path: path, name: name + " " + release.FindString(first), args: args, version: first, cache: cache}, nil
}

// release finds the two numbers of a version that matter to users.
var release = regexp.MustCompile(`\d+\.\d+`)

// With returns the tool with other arguments, of whose output nothing is kept
// but what digest makes of it; form names what that is.
func (t *Tool) With(form string, digest func([]byte) ([]byte, error), args ...string) *Tool {
	other := *t
	other.form, other.digest, other.args = form, digest, args
	return &other
}

// Name returns the program's name and version.
func (t *Tool) Name() string { return t.name }

func cacheDir() (string, error) {
	dir := os.Getenv("PCAPPIPE_CACHE")
	if dir == "" {
		user, err := os.UserCacheDir()
		if err != nil {
			return "", err
		}
		dir = filepath.Join(user, "pcappipe")
	}
	return dir, os.MkdirAll(dir, 0o777)
}

// Ask returns what the tool says of a capture, now or in an earlier run.
func (t *Tool) Ask(c Capture) (Reply, error) {
	key, err := t.key(c)
	if err != nil {
		return Reply{}, err
	}
	if r, ok := t.recall(key); ok {
		return r, nil
	}
	r, err := t.run(c)
	if err == nil && t.digest != nil {
		r.Stdout, err = t.digest(r.Stdout)
	}
	if err != nil {
		return Reply{}, err
	}
	return r, t.keep(key, r)
}

// run starts the tool.
func (t *Tool) run(c Capture) (Reply, error) {
	ctx, cancel := context.WithTimeout(context.Background(), longest)
	defer cancel()
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, t.path, append(t.args[:len(t.args):len(t.args)], c.Path)...)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		return Reply{}, err
	}
	status := cmd.ProcessState.ExitCode()
	if status < 0 {
		return Reply{}, fmt.Errorf("%s %s: %s", t.path, c.Name, cmd.ProcessState)
	}
	return Reply{Stdout: stdout.Bytes(), Stderr: stderr.String(), Status: status}, nil
}

// key names a reply. A copy of a capture under another name has the same.
func (t *Tool) key(c Capture) (string, error) {
	f, err := os.Open(c.Path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	for _, s := range append([]string{t.version}, t.args...) {
		fmt.Fprintf(h, "%d:%s", len(s), s)
	}
	io.WriteString(h, t.form)
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return filepath.Base(t.path) + "-" + hex.EncodeToString(h.Sum(nil)[:16]), nil
}

// recall reads a kept reply: the tool's output in one file, packed, since tshark's
// is a thousand columns of which few have a value; in the other, kept later and
// so the sign that both are whole, its exit status and what it wrote to standard
// error.
func (t *Tool) recall(key string) (Reply, bool) {
	meta, err := os.ReadFile(filepath.Join(t.cache, key+".err"))
	if err != nil {
		return Reply{}, false
	}
	line, stderr, ok := strings.Cut(string(meta), "\n")
	status, err := strconv.Atoi(line)
	if err != nil || !ok {
		return Reply{}, false
	}
	packed, err := os.ReadFile(filepath.Join(t.cache, key+".out.gz"))
	if err != nil {
		return Reply{}, false
	}
	stdout, err := unpack(packed)
	return Reply{Stdout: stdout, Stderr: stderr, Status: status}, err == nil
}

func (t *Tool) keep(key string, r Reply) error {
	return errors.Join(
		replace(filepath.Join(t.cache, key+".out.gz"), pack(r.Stdout)),
		replace(filepath.Join(t.cache, key+".err"), fmt.Appendf(nil, "%d\n%s", r.Status, r.Stderr)),
	)
}

func pack(b []byte) []byte {
	var packed bytes.Buffer
	z, _ := gzip.NewWriterLevel(&packed, gzip.BestSpeed) // the level is a valid one
	z.Write(b)                                           // a Buffer takes everything
	z.Close()
	return packed.Bytes()
}

func unpack(packed []byte) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(z)
}

// replace writes a file so that others see all of it or nothing.
func replace(path string, content []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}

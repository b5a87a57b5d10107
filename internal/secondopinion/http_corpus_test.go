//go:build corpus

package secondopinion

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// beside reads a file that stands beside a capture under its name and more; nil
// if there is none.
func beside(c Capture, more string) ([]byte, error) {
	text, err := os.ReadFile(c.Path + more)
	if os.IsNotExist(err) {
		return nil, nil
	}
	return text, err
}

// exchanges returns what the program tells of a capture's exchanges.
func exchanges(c Capture, options ...string) (Accounts, error) {
	run, err := RunExchanges(program, c, options...)
	if err != nil {
		return nil, err
	}
	return run.Accounts()
}

// Every request that nginx logged, and every one that a client wrote down, is an
// exchange, and every exchange is one of these.
func TestNginxAgrees(t *testing.T) {
	c := compare(t, "nginx", "nginx's own log, and its client's")
	list := slices.DeleteFunc(slices.Clone(captures), func(c Capture) bool { return !strings.HasPrefix(c.Name, "live-netns/") })
	c.over(list, func(capture Capture, s *Sheet) error {
		mine, err := exchanges(capture)
		if err != nil {
			return err
		}
		log, err := beside(capture, ".access.tsv")
		if err != nil {
			return err
		}
		theirs, err := ParseNginx(log)
		if err != nil {
			return err
		}
		s.CompareAccounts("exchanges", mine, theirs, "method", "target", "status")
		if log, err = beside(capture, ".h2client.tsv"); err != nil {
			return err
		}
		if theirs, err = ParseH2Client(log); err != nil {
			return err
		}
		maps.DeleteFunc(mine, func(l Link, _ []Account) bool { return theirs[l] == nil })
		s.CompareAccounts("client's exchanges", mine, theirs, "stream")
		return nil
	})
	c.finish()
}

// What DeepFlow's tests understand of a capture's HTTP is in its exchanges; those
// of other protocols have none.
func TestDeepFlowAgrees(t *testing.T) {
	c := compare(t, "deepflow", "DeepFlow's own expected results")
	list := slices.DeleteFunc(slices.Clone(captures), func(c Capture) bool {
		_, err := os.Stat(deepflowResult(c))
		return !strings.HasPrefix(c.Name, "deepflow/") || err != nil
	})
	c.over(list, func(capture Capture, s *Sheet) error {
		text, err := os.ReadFile(deepflowResult(capture))
		if err != nil {
			return err
		}
		mine, err := exchanges(capture)
		if err != nil {
			return err
		}
		if !bytes.Contains(text, []byte("HttpInfo")) {
			s.Value(filepath.Base(deepflowResult(capture)), "exchanges where there is no HTTP", fmt.Sprint(len(mine.Together()[Link{}])), "0")
			return nil
		}
		theirs, err := ParseDeepFlow(text)
		if err != nil {
			return err
		}
		s.Apart("lines of a result that are of no HTTP", theirs.Other)
		s.CompareAccounts("requests", mine.Only("method").Together().ByStream(), Accounts{Link{}: theirs.Requests}.ByStream(), "stream", "target")
		s.CompareAccounts("responses", mine.Only("status").Together().ByStream(), Accounts{Link{}: theirs.Responses}.ByStream(), "stream", "status")
		return nil
	})
	c.finish()
}

func deepflowResult(c Capture) string {
	return strings.TrimSuffix(c.Path, filepath.Ext(c.Path)) + ".result"
}

// http.log has the same exchanges, and connections in which Zeek confirms HTTP
// are those in which pcappipe does.
func TestZeekHTTPAgrees(t *testing.T) {
	c := compare(t, "zeek http", "Zeek's own baselines")
	logs, conns := c.baselines(httpLogs), c.baselines(connLogs)
	list := slices.DeleteFunc(slices.Clone(captures), func(c Capture) bool { return logs[c.Name] == nil && conns[c.Name] == nil })
	c.over(list, func(capture Capture, s *Sheet) error {
		for _, b := range logs[capture.Name] {
			if err := s.httpBaseline(b); err != nil {
				return fmt.Errorf("%s: %w", b.name, err)
			}
		}
		for _, b := range conns[capture.Name] {
			if err := s.services(b); err != nil {
				return fmt.Errorf("%s: %w", b.name, err)
			}
		}
		return nil
	})
	c.finish()
}

func httpLogs(folder, _ string) []string {
	logs, _ := filepath.Glob(filepath.Join(folder, "http.log*")) // the pattern is a valid one
	return slices.DeleteFunc(logs, func(log string) bool { return filepath.Ext(log) == ".json" })
}

func (b *baseline) options() []string {
	if b.filter == "" {
		return nil
	}
	return []string{"--filter", b.filter}
}

func (s *Sheet) httpBaseline(b baseline) error {
	theirs, err := ReadHTTP(b.rows)
	if err != nil {
		return err
	}
	mine, err := exchanges(b.capture, b.options()...)
	if err != nil {
		return err
	}
	known := []string{"method", "decoded target", "status"}
	if theirs[Link{}] != nil {
		mine, theirs = mine.Together().By(known...), theirs.By(known...)
	}
	s.CompareAccounts("exchanges", mine, theirs, known...)
	return nil
}

// services compares which connections speak HTTP.
func (s *Sheet) services(b baseline) error {
	if _, has := b.rows[0]["service"]; !has || !b.rows[0].namesEnds() {
		return nil
	}
	run, err := RunExchanges(program, b.capture, b.options()...)
	if err != nil {
		return err
	}
	mine := make(map[Talk]bool)
	for i := range run.Flows {
		f := &run.Flows[i]
		talk, _, err := f.ZeekRow().Talk()
		if err != nil {
			return err
		}
		mine[talk] = mine[talk] || f.Service == "http"
	}
	theirs := make(map[Talk]bool)
	for _, row := range b.rows {
		talk, _, err := row.Talk()
		if err != nil {
			return err
		}
		theirs[talk] = theirs[talk] || slices.Contains(strings.Split(row["service"], ","), "http")
	}
	for _, talk := range slices.SortedFunc(maps.Keys(theirs), Talk.Compare) {
		if ours, known := mine[talk]; known {
			s.Value(b.name+" "+talk.String(), "service is http", fmt.Sprint(ours), fmt.Sprint(theirs[talk]))
		}
	}
	return nil
}

// harFiles are the HTTP Archives that pcap2har's tests expect of captures.
var harFiles = map[string]string{
	"pcap2har-mikekap/tests/resources/http-chunked-gzip.pcap": "pcap2har-mikekap/tests/goldens/test_http.py-test_chunked_gzip",
	"pcap2har-mikekap/tests/resources/websocket.pcap":         "pcap2har-mikekap/tests/goldens/test_websocket.py-test_websocket_parse",
}

func TestPcap2harAgrees(t *testing.T) {
	c := compare(t, "pcap2har", "pcap2har's own expected archives")
	list := slices.DeleteFunc(slices.Clone(captures), func(c Capture) bool { return harFiles[c.Name] == "" })
	c.over(list, func(capture Capture, s *Sheet) error {
		text, err := os.ReadFile(findOther(t, harFiles[capture.Name]).Path)
		if err != nil {
			return err
		}
		theirs, err := ParseHAR(text)
		if err != nil {
			return err
		}
		mine, err := exchanges(capture)
		if err == nil {
			s.CompareAccounts("exchanges", mine.Together(), theirs, "method", "target", "status")
		}
		return err
	})
	c.finish()
}

// tshark finds the same requests and responses in every capture of the corpus.
func TestTsharkHTTPAgrees(t *testing.T) {
	tool, err := NewTool("tshark", TsharkArgs(false)...)
	if err != nil {
		t.Fatal(err)
	}
	c := compare(t, "tshark http", tool.Name())
	c.over(captures, func(capture Capture, s *Sheet) error {
		run, err := RunExchanges(program, capture, likeTshark...)
		if err != nil {
			return err
		}
		if len(run.Exchanges) == 0 {
			if any, err := showsHTTP(tool, capture); err != nil || !any {
				return err
			}
		}
		theirs, err := askHTTP(tool, capture, run)
		if err != nil {
			return err
		}
		mine, err := run.Accounts()
		if err != nil {
			return err
		}
		s.Apart("messages in TLS that tshark has the keys of, and in what ICMP quotes", theirs.Hidden)
		s.CompareAccounts("requests", mine.Only("method").ByStream(), theirs.Accounts(true).ByStream(), "stream", "method", "target")
		s.CompareAccounts("responses", mine.Only("status").ByStream(), theirs.Accounts(false).ByStream(), "stream", "status", "response body")
		return nil
	})
	c.finish()
}

// showsHTTP says whether tshark sees HTTP in any frame, by what it was asked
// before.
func showsHTTP(tool *Tool, c Capture) (bool, error) {
	reply, err := tool.Ask(c)
	return bytes.Contains(reply.Stdout, []byte(":http")), err
}

func askHTTP(tool *Tool, c Capture, run *Exchanged) (r HTTPReply, err error) {
	ports, err := run.HTTP2Ports()
	if err != nil {
		return r, err
	}
	reply, err := tool.With(httpForm, TsharkHTTP, HTTPArgs(ports)...).Ask(c)
	if err == nil {
		err = checkTshark(reply)
	}
	if err != nil {
		return r, err
	}
	return r, json.Unmarshal(reply.Stdout, &r)
}

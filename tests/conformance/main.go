// Command conformance runs tests that nobody here wrote against the ingest
// engine and prints a table of suites; the last line counts them all.
//
// packages.go runs the pipeline tests of the Elastic integrations, rest.go the
// YAML REST suites of Elasticsearch against cluster.go, which pretends to be
// one, cases.go cases that are JSON data. filebeat.go runs the tests of Filebeat's
// modules, if there are Beats' sources to find them in.
//
// What a suite needs and the engine does not have is counted as skipped, by
// name. The exit status is 1 if a test that ran has failed.
package main

import (
	"cmp"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

func main() {
	data := flag.String("data", "../shared/data", "folder of the test data")
	beats := flag.String("beats", "", "folder of the sources of Beats, for Filebeat's modules")
	only := flag.String("run", "", "run the tests whose name contains this")
	verbose := flag.Bool("v", false, "print every failure in full")
	flag.Parse()
	p := &printer{out: os.Stdout, verbose: *verbose, only: *only}
	if err := p.run(filepath.Join(*data, "ingest"), *beats); err != nil {
		fmt.Fprintln(os.Stderr, "conformance:", err)
		os.Exit(1)
	}
	if p.total.failed > 0 {
		os.Exit(1)
	}
}

// A suite is a number of tests from one source, below the folder of the data.
type suite struct {
	name string
	path string
	find func(data string) ([]test, error)
}

// A test has a name and says what came of it when it is run.
type test struct {
	name string
	run  func() outcome
}

// An outcome is that of a test: passed unless err is set; skipped if lacks says
// what it needs.
type outcome struct {
	lacks []string
	err   error
}

const rest = "rest/elasticsearch-apache2-6449d9bc143-2018-08-07"

var suites = []suite{
	{"integration packages", "integrations/packages", findPackageTests},
	{"YAML REST suites of 2018", rest, findRESTTests},
	{"later behaviour", "rest/post-2018-cases.json", findLaterCases},
	{"flexible field access", "rest/es92-flexible-access-cases.json", findFlexibleCases},
	{"dissect specification", "rest/dissect-specification-tests.json", findDissectCases},
}

type count struct{ passed, failed, skipped int }

func (c *count) add(o count) {
	c.passed += o.passed
	c.failed += o.failed
	c.skipped += o.skipped
}

// A printer prints failures as they come and the table in the end.
type printer struct {
	out     io.Writer
	only    string
	verbose bool
	total   count
	table   strings.Builder
}

func (p *printer) run(data, beats string) error {
	for _, s := range suites {
		path := filepath.Join(data, filepath.FromSlash(s.path))
		if _, err := os.Stat(path); err != nil {
			_, _ = fmt.Fprintf(p.out, "no test data at %s (set DATA)\n", path)
			continue
		}
		tests, err := s.find(data)
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		p.suite(s.name, tests)
	}
	if beats != "" {
		tests, err := findFilebeatTests(beats)
		if err != nil {
			return fmt.Errorf("modules of Filebeat: %w", err)
		}
		p.suite("modules of Filebeat", tests)
	}
	_, err := fmt.Fprintf(p.out, "\n%s\n%d passed, %d failed, %d skipped\n",
		p.table.String(), p.total.passed, p.total.failed, p.total.skipped)
	return err
}

func (p *printer) suite(name string, tests []test) {
	var c count
	lacks := map[string]int{}
	for _, t := range tests {
		if !strings.Contains(t.name, p.only) {
			continue
		}
		switch o := t.run(); {
		case len(o.lacks) > 0:
			c.skipped++
			for _, what := range o.lacks {
				lacks[what]++
			}
		case o.err != nil:
			c.failed++
			p.failure(t.name, o.err)
		default:
			c.passed++
		}
	}
	p.total.add(c)
	fmt.Fprintf(&p.table, "%-28s %5d passed %5d failed %5d skipped\n", name, c.passed, c.failed, c.skipped)
	names := slices.SortedFunc(maps.Keys(lacks), func(a, b string) int {
		return cmp.Or(lacks[b]-lacks[a], strings.Compare(a, b))
	})
	for _, name := range names {
		fmt.Fprintf(&p.table, "  lacks %-40s %5d\n", name, lacks[name])
	}
}

func (p *printer) failure(name string, err error) {
	text := err.Error()
	if !p.verbose {
		text, _, _ = strings.Cut(text, "\n")
	}
	_, _ = fmt.Fprintf(p.out, "FAIL %s\n  %s\n", name, text)
}

// Command conformance runs tests that nobody here wrote against the ingest
// engine and prints a table per suite; the last line counts them all.
//
// What a suite needs and the engine does not have yet is counted as skipped,
// by name. The exit status is 1 if a test that ran has failed.
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

	"github.com/sluice-otel/sluice/ingest/packagetest"
)

func main() {
	data := flag.String("data", "../shared/data", "folder of the test data")
	verbose := flag.Bool("v", false, "print every failure in full")
	flag.Parse()
	total, err := run(os.Stdout, *data, *verbose)
	if err != nil {
		fmt.Fprintln(os.Stderr, "conformance:", err)
		os.Exit(1)
	}
	fmt.Fprintf(os.Stdout, "\n%d passed, %d failed, %d skipped\n", total.passed, total.failed, total.skipped)
	if total.failed > 0 {
		os.Exit(1)
	}
}

type count struct{ passed, failed, skipped int }

func run(out io.Writer, data string, verbose bool) (count, error) {
	dir := filepath.Join(data, "ingest", "integrations", "packages")
	if _, err := os.Stat(dir); err != nil {
		_, err := fmt.Fprintf(out, "no test data at %s: nothing to run (set DATA)\n", data)
		return count{}, err
	}
	tests, err := packagetest.Find(dir)
	if err != nil {
		return count{}, err
	}
	var total count
	lacks := map[string]int{}
	for _, t := range tests {
		r := packagetest.Run(t)
		switch {
		case r.Err == nil:
			total.passed++
		case len(r.Lacks) > 0:
			total.skipped++
			for _, what := range r.Lacks {
				lacks[what]++
			}
		default:
			total.failed++
			printFailure(out, t, r.Err, verbose)
		}
	}
	printTable(out, total, lacks)
	return total, nil
}

func printFailure(out io.Writer, t *packagetest.Test, err error, verbose bool) {
	text := err.Error()
	if !verbose {
		text, _, _ = strings.Cut(text, "\n")
	}
	_, _ = fmt.Fprintf(out, "FAIL %s\n  %s\n", t, text)
}

func printTable(out io.Writer, total count, lacks map[string]int) {
	_, _ = fmt.Fprintf(out, "\nintegration packages        %5d passed  %5d failed  %5d skipped\n", total.passed, total.failed, total.skipped)
	names := slices.SortedFunc(maps.Keys(lacks), func(a, b string) int {
		return cmp.Or(lacks[b]-lacks[a], strings.Compare(a, b))
	})
	for _, name := range names {
		_, _ = fmt.Fprintf(out, "  lacks %-20s %5d\n", name, lacks[name])
	}
}

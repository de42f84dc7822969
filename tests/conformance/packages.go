package main

import (
	"errors"
	"io/fs"
	"path/filepath"
	"strings"
	"time"

	"github.com/sluice-otel/sluice/ingest"
	"github.com/sluice-otel/sluice/ingest/geoip"
	"github.com/sluice-otel/sluice/ingest/packagetest"
	"github.com/sluice-otel/sluice/ingest/step"
	"github.com/sluice-otel/sluice/ingest/useragent"
)

// recorded is when the packages' expectations were: dates without a year are of
// that one.
var recorded = time.Date(2024, 9, 18, 12, 0, 0, 0, time.UTC)

// unrepeatable are data streams and tests that lack something that made their
// expectations.
var unrepeatable = map[string]string{
	"amazon_security_lake/event/":                  "its routing_rules.yml",
	"aws/route53_resolver_logs/test-route53.log":   "the public suffix list of 2022",
	"cisco_umbrella/log/test-umbrella-dnslogs.log": "the public suffix list of 2022",
	"entityanalytics_entra_id/entity/":             "its routing_rules.yml",
	"ti_eset/apt/test-eset-ndjson.log":             "a failure of _simulate alone, which copies no String[]",
}

func findPackageTests(data string) ([]test, error) {
	found, err := packagetest.Find(filepath.Join(data, "integrations", "packages"))
	runner := &packagetest.Runner{Now: recorded, Options: []ingest.Option{ingest.WithFiles(files(data))}}
	out := make([]test, len(found))
	for i, t := range found {
		out[i] = test{t.String(), func() outcome {
			for prefix, why := range unrepeatable {
				if strings.HasPrefix(t.String(), prefix) {
					return outcome{lacks: []string{why}}
				}
			}
			r := runner.Run(t)
			if r.Skip != "" {
				return outcome{lacks: []string{r.Skip}}
			}
			if errors.Is(r.Err, fs.ErrNotExist) { // that of osquery
				return outcome{lacks: []string{"its expected documents"}}
			}
			return outcome{r.Lacks, r.Err}
		}}
	}
	return out, err
}

// files are the databases and expressions that the expectations were made with.
func files(data string) step.Files {
	return step.Files{
		Databases:  geoip.NewDatabases(filepath.Join(data, "geoip")),
		UserAgents: useragent.NewLibrary("", filepath.Join(data, "useragent", "regexes-0a7b5f3-2020-07.yaml")),
	}
}

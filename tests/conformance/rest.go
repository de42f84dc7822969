package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// changed are tests of 2018, or files of them, that say what Elasticsearch has
// since changed, or need what the data does not have.
var changed = map[string]string{
	"ingest/170_version/Test set document version & version type":                          "a cluster: versions",
	"ingest/90_simulate/Test simulate with verbose flag":                                   "2018: _ingest.pipeline is shown since 7.5",
	"ingest/90_simulate/Test verbose simulate with exception thrown":                       "2018: _ingest.pipeline is shown since 7.5",
	"ingest/90_simulate/Test simulate with exception thrown":                               "2018: the type of an error is that of its cause",
	"ingest/90_simulate/Test verbose simulate with ignore_failure and no exception thrown": "2018: results have a type and a status",
	"ingest-useragent/20_useragent_processor/":                                             "2018: os is an object since 7.0",
	"ingest-useragent/30_custom_regex/":                                                    "a cluster: test-regexes.yml",
	"ingest_geoip/20_geoip_processor/":                                                     "the GeoLite2 databases of 2018",
	"ingest/20_combine_processors/Test logging":                                            "the GeoLite2 databases of 2018",
}

// findRESTTests returns the tests of the YAML files.
func findRESTTests(data string) ([]test, error) {
	var out []test
	c := newConfiguration(data)
	err := filepath.WalkDir(filepath.Join(data, filepath.FromSlash(rest)), func(path string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case e.Name() == "smoke-test-ingest-disabled": // a cluster without ingest
			return fs.SkipDir
		case e.IsDir() || filepath.Ext(path) != ".yml":
			return nil
		}
		found, err := readRESTFile(path, c)
		out = append(out, found...)
		return err
	})
	return out, err
}

// A restStep is one entry of a test: do, match, length, is_true ….
type restStep = map[string]any

func readRESTFile(path string, c *configuration) ([]test, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	suite := filepath.Base(filepath.Dir(path)) + "/" + strings.TrimSuffix(filepath.Base(path), ".yml")
	var out []test
	var setup []restStep
	dec := yaml.NewDecoder(file)
	for {
		var section map[string][]restStep
		if err := dec.Decode(&section); errors.Is(err, io.EOF) {
			return out, nil
		} else if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		for name, steps := range section {
			switch name {
			case "setup":
				setup = steps
			case "teardown":
			default:
				all := slices.Concat(setup, steps)
				full := suite + "/" + name
				out = append(out, test{full, func() outcome { return runREST(full, all, c) }})
			}
		}
	}
}

func runREST(name string, steps []restStep, c *configuration) outcome {
	for prefix, why := range changed {
		if strings.HasPrefix(name, prefix) {
			return outcome{lacks: []string{why}}
		}
	}
	if lacks := foreignAPIs(steps); lacks != nil {
		return outcome{lacks: lacks}
	}
	r := &restRun{cluster: newCluster(c)}
	for i, step := range steps {
		for verb, argument := range step {
			if err := r.step(verb, argument); err != nil {
				if missing, ok := errors.AsType[*lacking](err); ok {
					return outcome{lacks: missing.what}
				}
				return outcome{err: fmt.Errorf("step %d, %s: %w", i, verb, err)}
			}
		}
	}
	return outcome{}
}

// foreignAPIs returns what a test calls and the cluster does not have.
func foreignAPIs(steps []restStep) []string {
	var out []string
	for _, step := range steps {
		call, _ := step["do"].(map[string]any)
		for api := range call {
			if !slices.Contains(apis, api) && !slices.Contains(beside, api) {
				out = append(out, "a cluster: "+api)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// beside are the keys of do that are no API.
var beside = []string{"catch", "warnings", "headers"}

// lacking is an error of a test that cannot run.
type lacking struct{ what []string }

func (l *lacking) Error() string { return "lacks " + strings.Join(l.what, ", ") }

// A restRun is the state of a test: the last response.
type restRun struct {
	cluster  *cluster
	response any
}

func (r *restRun) step(verb string, argument any) error {
	switch verb {
	case "do":
		return r.do(argument.(map[string]any)) //nolint:forcetypeassert // a panic shows the test that is not so
	case "match", "length", "gte":
		for path, want := range argument.(map[string]any) { //nolint:forcetypeassert // as above
			if err := r.check(verb, path, want); err != nil {
				return err
			}
		}
		return nil
	case "is_true", "is_false":
		got := r.get(argument.(string)) //nolint:forcetypeassert // as above
		if truth(got) != (verb == "is_true") {
			return fmt.Errorf("%s is %s", argument, show(got))
		}
		return nil
	case "skip":
		return nil
	}
	return &lacking{[]string{"a cluster: " + verb}}
}

// do calls an API and keeps what it answers.
func (r *restRun) do(call map[string]any) error {
	catch, _ := call["catch"].(string)
	for api, params := range call {
		if slices.Contains(beside, api) {
			continue
		}
		p, _ := params.(map[string]any)
		response, status, err := r.cluster.call(api, p)
		if err != nil {
			return err
		}
		r.response = response
		return caught(catch, status, response)
	}
	return nil
}

// caught checks the status of a response against what the test wants.
func caught(catch string, status int, response any) error {
	var ok bool
	switch catch {
	case "":
		ok = status < 400
	case "bad_request":
		ok = status == 400
	case "missing":
		ok = status == 404
	case "conflict":
		ok = status == 409
	case "request":
		ok = status >= 400
	default:
		pattern := strings.Trim(catch, "/")
		matched, err := regexp.MatchString(pattern, show(response))
		if err != nil {
			return err
		}
		ok = status >= 400 && matched
	}
	if !ok {
		return fmt.Errorf("want %q, got status %d: %s", catch, status, show(response))
	}
	return nil
}

func (r *restRun) check(verb, path string, want any) error {
	got := r.get(path)
	ok := false
	switch verb {
	case "match":
		ok = matches(want, got)
	case "length":
		n, _ := number(want)
		ok = length(got) == int(n)
	case "gte":
		x, _ := number(got)
		y, _ := number(want)
		ok = x >= y
	}
	if !ok {
		return fmt.Errorf("%s: want %s, got %s", path, show(want), show(got))
	}
	return nil
}

func (r *restRun) get(path string) any {
	if path == "" || path == "$body" {
		return r.response
	}
	keys := strings.Split(strings.ReplaceAll(path, `\.`, "\x00"), ".")
	for i := range keys {
		keys[i] = strings.ReplaceAll(keys[i], "\x00", ".")
	}
	v, _ := lookup(r.response, keys)
	return v
}

func matches(want, got any) bool {
	pattern, ok := want.(string)
	if !ok || !strings.HasPrefix(pattern, "/") {
		return same(want, got)
	}
	text, ok := got.(string)
	matched, err := regexp.MatchString(strings.Trim(strings.TrimSpace(pattern), "/"), text)
	return ok && err == nil && matched
}

func length(v any) int {
	switch in := v.(type) {
	case map[string]any:
		return len(in)
	case []any:
		return len(in)
	case string:
		return len(in)
	}
	return -1
}

func truth(v any) bool {
	switch in := v.(type) {
	case nil:
		return false
	case bool:
		return in
	case string:
		return in != "" && in != "false" && in != "0"
	}
	n, isNumber := number(v)
	return !isNumber || n != 0
}

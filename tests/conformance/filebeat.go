package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/sluice-otel/sluice/ingest"
	"github.com/sluice-otel/sluice/ingest/simulate"
)

// Filebeat's modules have a log beside what Filebeat and Elasticsearch together made
// of it: a list of documents with flat names. What Filebeat adds is put in here; what
// it does itself before Elasticsearch is a reason to skip the log.

// filebeatRecorded is when the expectations were: dates without a year are of that one.
var filebeatRecorded = time.Date(2023, 1, 20, 12, 0, 0, 0, time.UTC)

// filebeatOwn finds what Filebeat itself does to an event, in its configuration.
var filebeatOwn = regexp.MustCompile(`(?m)^\s*- (script|decode_\w+|rename|dissect|drop_event|convert|copy_fields|registered_domain|timestamp|` +
	`community_id|dns|truncate_fields|syslog|parse_aws_vpc_flow_log):`)

// filebeatVaries are fields that depend on the day, the host, or on databases and
// expressions that the expectations were made with.
var filebeatVaries = regexp.MustCompile(`(^|\.)(geo|as)(\.|$)|^@timestamp$|^event\.(ingested|created|original)$|^ecs\.version$|^agent|^host\.name$|` +
	`^log\.(offset|file|flags)|^user_agent\.|^tags$`)

// filebeatUnrepeatable are logs whose expectations have another reason.
var filebeatUnrepeatable = map[string]string{
	"elasticsearch/slowlog/slowlogs-json.log":           "Filebeat's joining of lines",
	"envoyproxy/log/envoy-json.log":                     "the json processor of Elasticsearch 7, which ignored what follows",
	"iis/error/iis_error_url.log":                       "the uri_parts processor of Elasticsearch 7, to which a folder had an extension",
	"mysqlenterprise/audit/mysql_audit_test.log":        "Filebeat's taking a list apart",
	"postgresql/log/postgresql-query-steps-slowlog.log": "Filebeat's joining of lines",
	"sophos/xg/": "the devices that its configuration names",
	"threatintel/malwarebazaar/malwarebazaar.ndjson.log": "a definition without a duplicate field",
}

// findFilebeatTests finds the logs of the modules in a folder of Beats' sources.
func findFilebeatTests(beats string) ([]test, error) {
	var out []test
	for _, modules := range []string{"filebeat/module", "x-pack/filebeat/module"} {
		found, err := filepath.Glob(filepath.Join(beats, modules, "*", "*", "test", "*-expected.json"))
		if err != nil {
			return nil, err
		}
		for _, expected := range found {
			fileset, log := filepath.Dir(filepath.Dir(expected)), strings.TrimSuffix(expected, "-expected.json")
			name, err := filepath.Rel(filepath.Join(beats, modules), filepath.Join(fileset, filepath.Base(log)))
			if err != nil {
				return nil, err
			}
			f := filebeatTest{fileset: fileset, log: log, name: filepath.ToSlash(name)}
			out = append(out, test{f.name, f.run})
		}
	}
	return out, nil
}

type filebeatTest struct{ fileset, log, name string }

func (f filebeatTest) run() outcome {
	for prefix, why := range filebeatUnrepeatable {
		if strings.HasPrefix(f.name, prefix) {
			return outcome{lacks: []string{why}}
		}
	}
	config := f.config()
	if filebeatOwn.MatchString(config) {
		return outcome{lacks: []string{"processors of Filebeat itself"}}
	}
	want, lines, err := f.read()
	if errors.Is(err, fs.ErrNotExist) {
		return outcome{lacks: []string{"its log"}}
	}
	if err != nil {
		return outcome{err: err}
	}
	if len(want) != len(lines) {
		return outcome{lacks: []string{"Filebeat's way from lines to events"}}
	}
	got, err := f.simulate(f.documents(config, lines, want))
	if err != nil {
		return outcome{err: err}
	}
	for i := range want {
		if err := sameFlat(want[i], got[i]); err != nil {
			return outcome{err: fmt.Errorf("event %d: %w", i, err)}
		}
	}
	return outcome{}
}

// config is all configuration of the fileset.
func (f filebeatTest) config() string {
	var out strings.Builder
	files, _ := filepath.Glob(filepath.Join(f.fileset, "config", "*"))
	for _, file := range files {
		text, _ := os.ReadFile(file)
		out.Write(text)
	}
	return out.String()
}

func (f filebeatTest) read() (want []map[string]any, lines []string, err error) {
	text, err := os.ReadFile(f.log + "-expected.json")
	if err != nil {
		return nil, nil, err
	}
	if err := json.Unmarshal(text, &want); err != nil {
		return nil, nil, err
	}
	text, err = os.ReadFile(f.log)
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimRight(line, "\r\n"); line != "" {
			lines = append(lines, line)
		}
	}
	return want, lines, err
}

// documents are the lines as Filebeat would send them.
func (f filebeatTest) documents(config string, lines []string, want []map[string]any) []map[string]any {
	module, fileset, _ := strings.Cut(f.name, "/")
	fileset, _, _ = strings.Cut(fileset, "/")
	out := make([]map[string]any, len(lines))
	for i, line := range lines {
		event := map[string]any{"module": module, "dataset": want[i]["event.dataset"]}
		if strings.Contains(config, "add_locale") && want[i]["event.timezone"] != nil {
			event["timezone"] = "-02:00"
		}
		doc := map[string]any{
			"@timestamp": filebeatRecorded, "message": line, "event": event, "fileset": map[string]any{"name": fileset},
			"service": map[string]any{"type": module}, "input": map[string]any{"type": want[i]["input.type"]},
			"log": map[string]any{"offset": want[i]["log.offset"], "file": map[string]any{"path": f.log}},
		}
		if strings.Contains(config, "json.") && json.Valid([]byte(line)) {
			delete(doc, "message")
			doc["json"] = json.RawMessage(line)
		}
		out[i] = doc
	}
	return out
}

func (f filebeatTest) simulate(docs []map[string]any) ([]map[string]any, error) {
	sources, err := ingest.ReadPath(f.fileset)
	if err != nil {
		return nil, err
	}
	body, err := json.Marshal(docs)
	if err != nil {
		return nil, err
	}
	text, err := simulate.Run(simulate.Request{Sources: sources, Pipeline: sources[0].Name, Docs: body, Now: filebeatRecorded})
	if err != nil {
		return nil, err
	}
	var answer struct {
		Docs []*struct {
			Doc struct {
				Source map[string]any `json:"_source"`
			}
			Error any
		}
	}
	if err := json.Unmarshal(text, &answer); err != nil {
		return nil, err
	}
	out := make([]map[string]any, len(answer.Docs))
	for i, d := range answer.Docs {
		if d == nil || d.Error != nil {
			return nil, errors.New("event " + fmt.Sprint(i) + " is dropped or fails: " + show(d))
		}
		flatten(out, i, d.Doc.Source)
	}
	return out, nil
}

// flatten writes a source to out[i] under the names that expectations have.
func flatten(out []map[string]any, i int, source map[string]any) {
	out[i] = map[string]any{}
	var walk func(prefix string, m map[string]any)
	walk = func(prefix string, m map[string]any) {
		for k, v := range m {
			if inner, ok := v.(map[string]any); ok {
				walk(prefix+k+".", inner)
			} else {
				out[i][prefix+k] = v
			}
		}
	}
	walk("", source)
}

// sameFlat compares documents. The expectations are sorted lists, and leave out what
// is empty.
func sameFlat(want, got map[string]any) error {
	names := maps.Clone(want)
	maps.Copy(names, got)
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if w, g := sorted(want[name]), sorted(got[name]); !filebeatVaries.MatchString(name) && w != g {
			return fmt.Errorf("%s is %s, not %s", name, g, w)
		}
	}
	return nil
}

func sorted(v any) string {
	list, ok := v.([]any)
	if !ok {
		if v == nil {
			return ""
		}
		list = []any{v}
	}
	texts := make([]string, len(list))
	for i, item := range list {
		texts[i] = show(item)
	}
	slices.Sort(texts)
	return strings.Join(texts, " ")
}

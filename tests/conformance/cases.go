package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/sluice-otel/sluice/ingest"
	"github.com/sluice-otel/sluice/ingest/document"
	"github.com/sluice-otel/sluice/ingest/jackson"
	"github.com/sluice-otel/sluice/ingest/packagetest"
)

// A caseGroup is pipelines with documents to take through them.
type caseGroup struct {
	Name       string                     `json:"name"`
	Source     string                     `json:"src"`
	Processors json.RawMessage            `json:"processors"`
	Pipelines  map[string]json.RawMessage `json:"pipelines"` // instead of Processors
	Entry      string                     `json:"entry"`     // the one of Pipelines that documents enter
	Index      string                     `json:"index"`
	PutError   string                     `json:"put_error"`
	Docs       []caseDoc                  `json:"docs"`
	// CommunityIDs are [source ip, destination ip, transport, source port,
	// destination port, id].
	CommunityIDs [][6]any `json:"community_id_vectors"`
}

// A caseDoc is a document with what becomes of it.
type caseDoc struct {
	Processors json.RawMessage `json:"processors"` // instead of the group's
	In         json.RawMessage `json:"in"`
	Out        map[string]any  `json:"out"`
	Get        map[string]any  `json:"get"`    // some of the fields
	Ingest     map[string]any  `json:"ingest"` // some of _ingest
	IndexOut   string          `json:"index_out"`
	Dropped    bool            `json:"dropped"`
	Error      string          `json:"error"`
	ErrorES    string          `json:"error_es"` // where others say it otherwise
	ErrorType  string          `json:"error_type"`
}

func readCases(data, name string, into any) error {
	text, err := os.ReadFile(filepath.Join(data, "rest", name))
	if err != nil {
		return err
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	return dec.Decode(into)
}

func findLaterCases(data string) ([]test, error) {
	var file struct{ Groups []caseGroup }
	err := readCases(data, "post-2018-cases.json", &file)
	return caseTests(file.Groups, ""), err
}

func findFlexibleCases(data string) ([]test, error) {
	var file struct{ Cases []caseGroup }
	err := readCases(data, "es92-flexible-access-cases.json", &file)
	return caseTests(file.Cases, `"field_access_pattern":"flexible",`), err
}

func findDissectCases(data string) ([]test, error) {
	var cases []struct {
		Name, Tok, Msg, Append string
		Expected               map[string]any
		Fail                   bool
	}
	if err := readCases(data, "dissect-specification-tests.json", &cases); err != nil {
		return nil, err
	}
	out := make([]test, 0, len(cases))
	for i := range cases {
		c := &cases[i]
		processors, _ := json.Marshal([]any{map[string]any{"dissect": map[string]any{ //nolint:errchkjson // strings
			"field": "_message", "pattern": c.Tok, "append_separator": c.Append,
		}}})
		in, _ := json.Marshal(map[string]string{"_message": c.Msg}) //nolint:errchkjson // strings
		doc := caseDoc{In: in, Get: c.Expected}
		if c.Fail {
			doc.Get, doc.Error = nil, "Unable to find match for dissect pattern: "+c.Tok+" against source: "+c.Msg
		}
		group := &caseGroup{Processors: processors}
		out = append(out, test{c.Name, func() outcome {
			o := group.run(&doc, "")
			if c.Fail && o.err != nil && strings.Contains(o.err.Error(), "Unable to parse pattern") {
				return outcome{} // it may fail as early as this
			}
			return o
		}})
	}
	return out, nil
}

// incomplete are cases that lack what makes them come out so.
var incomplete = map[string]string{
	"ES 300_redact_processor.yml a8ff7d89 #2": "its ignore_missing: false", // the default is true
}

func caseTests(groups []caseGroup, settings string) []test {
	var out []test
	for i := range groups {
		g := &groups[i]
		g.addCommunityIDs()
		if g.PutError != "" {
			out = append(out, test{g.Name + g.Source, func() outcome { return g.runPutError(settings) }})
		}
		for n := range g.Docs {
			name := fmt.Sprintf("%s%s #%d", g.Name, g.Source, n)
			out = append(out, test{name, func() outcome {
				if why, ok := incomplete[name]; ok {
					return outcome{lacks: []string{why}}
				}
				return g.run(&g.Docs[n], settings)
			}})
		}
	}
	return out
}

// addCommunityIDs makes documents of the vectors.
func (g *caseGroup) addCommunityIDs() {
	for _, v := range g.CommunityIDs {
		source := map[string]any{"ip": v[0], "port": v[3]}
		destination := map[string]any{"ip": v[1], "port": v[4]}
		network := map[string]any{"transport": v[2]}
		if v[2] == "icmp" || v[2] == "ipv6-icmp" { // the ports are type and code
			source, destination = map[string]any{"ip": v[0]}, map[string]any{"ip": v[1]}
		}
		in, _ := json.Marshal(map[string]any{ //nolint:errchkjson // JSON it was
			"source": source, "destination": destination, "network": network,
			"icmp": map[string]any{"type": v[3], "code": v[4]},
		})
		g.Docs = append(g.Docs, caseDoc{
			Processors: json.RawMessage(`[{"community_id":{}}]`), In: in,
			Get: map[string]any{"network.community_id": v[5]},
		})
	}
}

func (g *caseGroup) compile(doc *caseDoc, settings string) (*ingest.Pipeline, error) {
	pipelines, entry := g.Pipelines, g.Entry
	if pipelines == nil {
		entry = "pipeline"
		pipelines = map[string]json.RawMessage{entry: g.Processors}
		if doc != nil && doc.Processors != nil {
			pipelines[entry] = doc.Processors
		}
	}
	var sources []ingest.Source
	for name, processors := range pipelines {
		sources = append(sources, ingest.Source{
			Name: name, File: name, Data: []byte("{" + settings + `"processors":` + string(processors) + "}"),
		})
	}
	set, err := ingest.Compile(sources)
	if err != nil {
		return nil, err
	}
	p, _ := set.Pipeline(entry)
	return p, nil
}

var errNone = errors.New("none")

func (g *caseGroup) runPutError(settings string) outcome {
	_, err := g.compile(nil, settings)
	if err == nil || !strings.Contains(err.Error(), g.PutError) {
		return outcome{err: fmt.Errorf("want error %q, got %w", g.PutError, cmp.Or(err, errNone))}
	}
	return outcome{}
}

func (g *caseGroup) run(doc *caseDoc, settings string) outcome {
	p, err := g.compile(doc, settings)
	if err != nil {
		return outcome{lacks: packagetest.Lacks(err), err: err}
	}
	d := document.New(recorded)
	v, err := jackson.Parse(d, string(doc.In))
	if err != nil {
		return outcome{err: err}
	}
	d.SetSource(v.Map())
	if g.Index != "" {
		d.Metadata().Put("_index", document.String(g.Index))
	}
	return outcome{err: doc.check(d, p.Run(d))}
}

// check compares what a document has become.
func (c *caseDoc) check(d *document.Document, err error) error {
	if want := c.Error + c.ErrorES; want != "" {
		if err == nil || err.Error() != want {
			return fmt.Errorf("want error %q, got %w", want, cmp.Or(err, errNone))
		}
		if class := string(document.ClassOf(err)); c.ErrorType != "" && class != c.ErrorType {
			return fmt.Errorf("want error type %q, got %q", c.ErrorType, class)
		}
		return nil
	}
	if err != nil {
		return err
	}
	if c.Dropped != d.Dropped() {
		return fmt.Errorf("dropped: want %t, got %t", c.Dropped, d.Dropped())
	}
	source, ingested := decoded(d.Source()), decoded(d.Ingest())
	if c.Out != nil && !same(c.Out, source) {
		return fmt.Errorf("want %s, got %s", show(c.Out), show(source))
	}
	if index, _ := d.Metadata().Get("_index"); c.IndexOut != "" && index.Text() != c.IndexOut {
		return fmt.Errorf("_index: want %s, got %s", c.IndexOut, index.Text())
	}
	return errors.Join(subset(c.Get, source), subset(c.Ingest, ingested))
}

// subset checks some fields, whose names are paths or keys.
func subset(want map[string]any, got any) error {
	for name, w := range want {
		v, ok := lookup(got, strings.Split(name, "."))
		if m, isMap := got.(map[string]any); !ok && isMap {
			v = m[name]
		}
		if !same(w, v) {
			return fmt.Errorf("%s: want %s, got %s", name, show(w), show(v))
		}
	}
	return nil
}

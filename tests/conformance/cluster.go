package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"path"
	"regexp"
	"strings"

	"github.com/sluice-otel/sluice/ingest"
	"github.com/sluice-otel/sluice/ingest/definition"
	"github.com/sluice-otel/sluice/ingest/document"
	"github.com/sluice-otel/sluice/ingest/jackson"
	"github.com/sluice-otel/sluice/ingest/packagetest"
	"github.com/sluice-otel/sluice/ingest/painless"
	"github.com/sluice-otel/sluice/ingest/simulate"
	"github.com/sluice-otel/sluice/ingest/template"
)

// A cluster is as much of Elasticsearch as the REST tests of ingest need:
// pipelines, their simulation, and indices that keep what is put into them.
type cluster struct {
	*configuration
	pipelines map[string][]byte
	defaults  map[string]string         // default pipeline, by index
	documents map[string]map[string]any // by index and id
}

// A configuration is what the nodes of a cluster have on their disks.
type configuration struct{ options []ingest.Option }

func newConfiguration(data string) *configuration {
	return &configuration{[]ingest.Option{ingest.WithFiles(files(data))}}
}

func newCluster(c *configuration) *cluster {
	return &cluster{configuration: c, pipelines: map[string][]byte{}, defaults: map[string]string{}, documents: map[string]map[string]any{}}
}

// apis are those of call.
var apis = []string{
	"cluster.health", "indices.refresh", "indices.create", "index", "get",
	"ingest.put_pipeline", "ingest.get_pipeline", "ingest.delete_pipeline", "ingest.simulate",
}

// call answers a request with the body and status that Elasticsearch would. An
// error is a *lacking.
func (c *cluster) call(api string, params map[string]any) (any, int, error) {
	switch api {
	case "cluster.health", "indices.refresh":
		return map[string]any{}, http.StatusOK, nil
	case "indices.create":
		return c.createIndex(params)
	case "ingest.put_pipeline":
		return c.putPipeline(text(params["id"]), body(params))
	case "ingest.get_pipeline":
		return c.getPipelines(text(params["id"]))
	case "ingest.delete_pipeline":
		return c.deletePipelines(text(params["id"]), params["ignore"])
	case "ingest.simulate":
		return c.simulate(params)
	case "index":
		return c.index(params)
	case "get":
		doc, ok := c.documents[text(params["index"])+"/"+text(params["id"])]
		if !ok {
			return map[string]any{"found": false}, http.StatusNotFound, nil
		}
		return doc, http.StatusOK, nil
	}
	return nil, 0, fmt.Errorf("no API %s", api)
}

func text(v any) string {
	if v == nil {
		return ""
	}
	return fmt.Sprint(v)
}

// body is the body of a request as JSON; tests write it as text or as YAML.
func body(params map[string]any) []byte {
	if s, ok := params["body"].(string); ok {
		return []byte(s)
	}
	return []byte(show(params["body"]))
}

var acknowledged = map[string]any{"acknowledged": true}

func (c *cluster) createIndex(params map[string]any) (any, int, error) {
	settings, err := decode(body(params))
	if err != nil {
		return failure("parse_exception", err.Error(), nil)
	}
	if name, ok := lookup(settings, strings.Split("settings.index.default_pipeline", ".")); ok {
		c.defaults[text(params["index"])] = text(name)
	}
	return acknowledged, http.StatusOK, nil
}

func (c *cluster) putPipeline(name string, data []byte) (any, int, error) {
	if _, err := ingest.Compile([]ingest.Source{{Name: name, Data: data}}, c.options...); err != nil {
		return compileFailure(name, data, err)
	}
	c.pipelines[name] = data
	return acknowledged, http.StatusOK, nil
}

// compileFailure is the answer to a definition with mistakes: the first one.
func compileFailure(name string, data []byte, err error) (any, int, error) {
	if lacks := packagetest.Lacks(err); lacks != nil {
		return nil, 0, &lacking{lacks}
	}
	first, ok := errors.AsType[*definition.Error](err)
	if !ok {
		return nil, 0, err
	}
	header := map[string]any{}
	if first.Option != "" {
		header["property_name"] = first.Option
	}
	at := first.Processor
	if dot := strings.LastIndexByte(at, '.'); dot >= 0 {
		header["processor_type"] = at[dot+1:]
	}
	if tag := tagOf(name, data, at); tag != "" {
		header["processor_tag"] = tag
	}
	if syntax, ok := errors.AsType[*template.SyntaxError](first.Err); ok { // the text before is the place
		return failure(string(syntax.ExceptionClass()), syntax.Message, header)
	}
	if script, ok := errors.AsType[*painless.Error](first.Err); ok {
		header["script"] = script.SourceLine
		return failure(string(document.ScriptException), "compile error", header)
	}
	return failure("parse_exception", first.Err.Error(), header)
}

func tagOf(name string, data []byte, at string) string {
	n, err := definition.Parse("", data)
	if err != nil {
		return ""
	}
	p, _ := definition.ReadPipeline(name, n) // its mistakes are known
	if p == nil {
		return ""
	}
	return findTag(append(p.Processors, p.OnFailure...), at)
}

func findTag(list []definition.Processor, at string) string {
	for i := range list {
		if list[i].Path == at {
			return list[i].Tag
		}
		if tag := findTag(list[i].OnFailure, at); tag != "" {
			return tag
		}
	}
	return ""
}

// failure is an error as responses show it. What is beside the reason has moved
// since 2018, when it was in the header.
func failure(class, reason string, header map[string]any) (any, int, error) {
	cause := map[string]any{"type": class, "reason": reason, "header": header}
	status := http.StatusBadRequest
	switch class {
	case "resource_not_found_exception":
		status = http.StatusNotFound
	case "exception", "fail_processor_exception":
		status = http.StatusInternalServerError
	}
	return map[string]any{
		"error":  map[string]any{"root_cause": []any{cause}, "type": class, "reason": reason, "header": header},
		"status": status,
	}, status, nil
}

// named returns the pipelines that a name, a list of names or a wildcard means.
func (c *cluster) named(names string) []string {
	var out []string
	for name := range c.pipelines {
		for pattern := range strings.SplitSeq(names, ",") {
			if ok, _ := path.Match(pattern, name); ok || pattern == "" {
				out = append(out, name)
				break
			}
		}
	}
	return out
}

func (c *cluster) getPipelines(names string) (any, int, error) {
	out := map[string]any{}
	for _, name := range c.named(names) {
		v, err := decode(c.pipelines[name])
		if err != nil {
			return failure("parse_exception", err.Error(), nil)
		}
		out[name] = v
	}
	if len(out) == 0 && names != "" {
		return out, http.StatusNotFound, nil
	}
	return out, http.StatusOK, nil
}

func (c *cluster) deletePipelines(names string, ignore any) (any, int, error) {
	found := c.named(names)
	for _, name := range found {
		delete(c.pipelines, name)
	}
	if len(found) == 0 && ignore == nil && names != "*" {
		return failure("resource_not_found_exception", "pipeline ["+names+"] is missing", nil)
	}
	return acknowledged, http.StatusOK, nil
}

func (c *cluster) sources() []ingest.Source {
	var out []ingest.Source
	for name, data := range c.pipelines {
		out = append(out, ingest.Source{Name: name, Data: data})
	}
	return out
}

func (c *cluster) simulate(params map[string]any) (any, int, error) {
	var request struct {
		Pipeline json.RawMessage
		Docs     json.RawMessage
	}
	if err := json.Unmarshal(body(params), &request); err != nil {
		return failure("parse_exception", err.Error(), nil)
	}
	sources, name := c.sources(), text(params["id"])
	switch _, known := c.pipelines[name]; {
	case name == "" && request.Pipeline == nil:
		return failure("parse_exception", "[pipeline] required property is missing", map[string]any{"property_name": "pipeline"})
	case name == "":
		name = "_simulate_pipeline"
		sources = append(sources, ingest.Source{Name: name, Data: request.Pipeline})
	case !known:
		return failure("illegal_argument_exception", "pipeline with id ["+name+"] does not exist", nil)
	}
	answer, err := simulate.Run(simulate.Request{
		Sources: sources, Pipeline: name, Docs: request.Docs, Verbose: text(params["verbose"]) == "true", Now: recorded,
		Options: c.options,
	})
	if err != nil {
		return compileFailure(name, request.Pipeline, err)
	}
	out, err := decode(answer)
	return out, http.StatusOK, err
}

// index takes a document through its pipeline and keeps it.
func (c *cluster) index(params map[string]any) (any, int, error) {
	index, id := text(params["index"]), text(params["id"])
	d := document.New(recorded)
	v, err := jackson.Parse(d, string(body(params)))
	if err != nil || v.Map() == nil {
		return failure("mapper_parsing_exception", "failed to parse", nil)
	}
	d.SetSource(v.Map())
	d.Metadata().Put("_index", document.String(index))
	d.Metadata().Put("_type", document.String(text(params["type"])))
	d.Metadata().Put("_id", document.String(id))
	if p, set := params["pipeline"]; set || c.defaults[index] != "" {
		name := text(p)
		if !set {
			name = c.defaults[index]
		}
		if response, status, err := c.runPipeline(name, d); response != nil || err != nil {
			return response, status, err
		}
	}
	doc := map[string]any{"_source": decoded(d.Source()), "found": true}
	for key, item := range d.Metadata().All() {
		doc[key], _ = decode(item.AppendJSON(nil))
	}
	doc["_index"] = dateMath.ReplaceAllString(text(doc["_index"]), "$1$2")
	c.documents[text(doc["_index"])+"/"+text(doc["_id"])] = doc
	return doc, http.StatusCreated, nil
}

// dateMath is an index name that date_index_name makes of a whole day.
var dateMath = regexp.MustCompile(`^<(.*)\{([0-9-]+)\|\|/d\{yyyy-MM-dd\|UTC\}\}>$`)

// runPipeline returns a response if the document fails.
func (c *cluster) runPipeline(name string, d *document.Document) (any, int, error) {
	if name == "_none" {
		return nil, 0, nil
	}
	set, err := ingest.Compile(c.sources(), c.options...)
	if err != nil {
		return nil, 0, err
	}
	p, ok := set.Pipeline(name)
	if !ok {
		return failure("illegal_argument_exception", "pipeline with id ["+name+"] does not exist", nil)
	}
	if err := p.Run(d); err != nil {
		return failure(string(document.ClassOf(err)), err.Error(), nil)
	}
	return nil, 0, nil
}

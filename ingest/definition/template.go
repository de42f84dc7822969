package definition

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"text/template"
)

// A Template says what the places of a definition stand for that whoever installs
// it fills in. The zero value is right for what stands alone.
type Template struct {
	// Variables are the values of {< .name >}.
	Variables map[string]any
	// Prefix is before the names that {< IngestPipeline "name" >} makes.
	Prefix string
}

var (
	// packageReference is how a pipeline of an integration package names a sibling.
	packageReference = regexp.MustCompile(`\{\{\s*IngestPipeline\s+\\?"([^"\\]+)\\?"\s*\}\}`)
	// filebeatAction tells a template of Filebeat from an ordinary definition, in
	// which {< may be part of a text.
	filebeatAction = regexp.MustCompile(`\{<-?\s*(?:IngestPipeline\s|(?:if|range|with|tojson|inList|\$\w+)\s|\.\w|/\*)`)
)

// Expand fills in a definition as Elastic's own installers do: {{ IngestPipeline
// "x" }}, of integration packages, is x, and a file with {< … >} is a Go template,
// as Filebeat's modules have them. A variable that is not known is false; to print
// it is a mistake. Everything else is returned as it is.
func (t Template) Expand(file string, data []byte) ([]byte, error) {
	data = packageReference.ReplaceAll(data, []byte(t.Prefix+"$1"))
	if !filebeatAction.Match(data) {
		return data, nil
	}
	out, err := t.ExpandText(string(data), "{<", ">}")
	if err != nil {
		return nil, templateError(file, err)
	}
	if before, _, found := strings.Cut(out, noValue); found {
		at := Position{File: file, Line: 1 + strings.Count(before, "\n")}
		return nil, &Error{Position: at, Err: errors.New("a variable of the template has no value")}
	}
	return []byte(out), nil
}

// noValue is what Go prints for a variable that is not there.
const noValue = "<no value>"

// ExpandText executes a Go template between the delimiters, with the functions that
// Filebeat has.
func (t Template) ExpandText(text, left, right string) (string, error) {
	parsed, err := template.New("").Delims(left, right).Funcs(template.FuncMap{
		"IngestPipeline": t.pipeline,
		"tojson":         toJSON,
		"inList":         slices.Contains[[]any, any],
	}).Parse(text)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	if err := parsed.Execute(&limited{to: &out}, t.Variables); err != nil {
		return "", err
	}
	return out.String(), nil
}

// pipeline is IngestPipeline: it takes a name, with or without its extension.
func (t Template) pipeline(name string) string {
	name = path.Base(name)
	return t.Prefix + strings.TrimSuffix(name, path.Ext(name))
}

func toJSON(v any) (string, error) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return strings.TrimSuffix(out.String(), "\n"), err
}

// maxTemplate bounds what a template can become: a range in a range in a range of a
// few elements is a lot.
const maxTemplate = 16 << 20

type limited struct{ to *strings.Builder }

func (w *limited) Write(b []byte) (int, error) {
	if w.to.Len()+len(b) > maxTemplate {
		return 0, fmt.Errorf("the template makes more than %d bytes", maxTemplate)
	}
	return w.to.Write(b)
}

// templateError takes the line out of "template: :3:7: …" and the like.
func templateError(file string, err error) error {
	at, message := Position{File: file}, strings.TrimPrefix(err.Error(), "template: ")
	if rest, ok := strings.CutPrefix(message, ":"); ok {
		line, rest, _ := strings.Cut(rest, ":")
		at.Line, _ = strconv.Atoi(line)
		message = rest
		if column, rest, ok := strings.Cut(message, ":"); ok {
			if n, err := strconv.Atoi(column); err == nil {
				at.Column, message = n+1, rest // Go counts columns from 0
			}
		}
	}
	return &Error{Position: at, Err: errors.New("template: " + strings.TrimSpace(message))}
}

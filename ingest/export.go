package ingest

import (
	"bytes"
	"encoding/json"
)

// split returns the pipelines in a file that is the answer of GET _ingest/pipeline,
// an object of pipelines by id, or else the one it is. Each begins on the line it
// begins on in the file, for the positions of mistakes.
func (s Source) split() []Source {
	dec := json.NewDecoder(bytes.NewReader(s.Data))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return []Source{s}
	}
	var out []Source
	for dec.More() {
		id, err := dec.Token()
		if err != nil {
			return []Source{s}
		}
		var body json.RawMessage
		if err := dec.Decode(&body); err != nil || !isPipeline(body) {
			return []Source{s}
		}
		at := int(dec.InputOffset()) - len(body)
		lines := bytes.Repeat([]byte{'\n'}, bytes.Count(s.Data[:at], []byte{'\n'}))
		name, _ := id.(string)
		out = append(out, Source{Name: name, File: s.File, Data: append(lines, body...), Template: s.Template})
	}
	if len(out) == 0 {
		return []Source{s}
	}
	return out
}

func isPipeline(body json.RawMessage) bool {
	var p struct{ Processors []json.RawMessage }
	return json.Unmarshal(body, &p) == nil && p.Processors != nil
}

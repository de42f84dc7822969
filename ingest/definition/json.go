package definition

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/sluice-otel/sluice/ingest/document"
)

// parseJSON reads a JSON file. YAML would read most of it too, but not every
// escape, and not tabs.
func parseJSON(file string, data []byte) (*Node, error) {
	r := &jsonReader{file: file, data: data, dec: json.NewDecoder(bytes.NewReader(data))}
	r.dec.UseNumber()
	n, err := r.value(0)
	if err != nil {
		return nil, r.fail(err)
	}
	if _, err := r.dec.Token(); !errors.Is(err, io.EOF) {
		return nil, r.fail(errors.New("something follows the end of the JSON value"))
	}
	return n, nil
}

type jsonReader struct {
	file string
	data []byte
	dec  *json.Decoder
}

func (r *jsonReader) fail(err error) error {
	at := r.position()
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		at = r.positionOf(syntax.Offset)
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = errors.New("the file ends too early")
	}
	return &Error{Position: at, Err: err}
}

// position is where the next token starts.
func (r *jsonReader) position() Position {
	offset := int(r.dec.InputOffset())
	for offset < len(r.data) && bytes.IndexByte([]byte(" \t\r\n,:"), r.data[offset]) >= 0 {
		offset++
	}
	return r.positionOf(int64(offset))
}

func (r *jsonReader) positionOf(offset int64) Position {
	before := r.data[:min(int(offset), len(r.data))]
	line := bytes.Count(before, []byte{'\n'})
	return Position{File: r.file, Line: line + 1, Column: len(before) - bytes.LastIndexByte(before, '\n')}
}

func (r *jsonReader) value(depth int) (*Node, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("nested deeper than %d levels", maxDepth)
	}
	n := &Node{Position: r.position()}
	tok, err := r.dec.Token()
	if err != nil {
		return nil, err
	}
	switch t := tok.(type) {
	case json.Delim:
		if t == '{' {
			n.Kind = document.KindMap
			return n, r.fields(n, depth)
		}
		n.Kind = document.KindList
		return n, r.items(n, depth)
	case json.Number:
		n.Scalar = jsonNumber(t.String())
	case string:
		n.Scalar = document.String(t)
	case bool:
		n.Scalar = document.Boolean(t)
	}
	n.Kind = n.Scalar.Kind()
	return n, nil
}

func (r *jsonReader) fields(n *Node, depth int) error {
	for r.dec.More() {
		at := r.position()
		key, err := r.dec.Token()
		if err != nil {
			return err
		}
		value, err := r.value(depth + 1)
		if err != nil {
			return err
		}
		n.put(Field{Name: key.(string), Position: at, Value: value}) //nolint:forcetypeassert // keys are strings
	}
	_, err := r.dec.Token()
	return err
}

func (r *jsonReader) items(n *Node, depth int) error {
	for r.dec.More() {
		item, err := r.value(depth + 1)
		if err != nil {
			return err
		}
		n.Items = append(n.Items, item)
	}
	_, err := r.dec.Token()
	return err
}

func jsonNumber(text string) document.Value {
	if i, err := strconv.ParseInt(text, 10, 64); err == nil {
		return document.Number(i)
	}
	f, _ := strconv.ParseFloat(text, 64)
	return document.Double(f)
}

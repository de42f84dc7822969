package definition

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"strconv"

	"github.com/sluice-otel/sluice/ingest/document"
)

// isJSON reports whether a file is JSON: a YAML flow map, which starts with a
// brace, too, does not quote its first key.
func isJSON(data []byte) bool {
	rest := bytes.TrimLeft(bytes.TrimPrefix(data, []byte("\ufeff")), " \t\r\n")
	for len(rest) > 1 && rest[0] == '/' {
		rest = bytes.TrimLeft(rest[commentLength(rest):], " \t\r\n")
	}
	if len(rest) == 0 || rest[0] != '{' {
		return false
	}
	rest = bytes.TrimLeft(rest[1:], " \t\r\n")
	return len(rest) == 0 || rest[0] == '"' || rest[0] == '}' || rest[0] == '/'
}

// parseJSON reads a JSON file, with comments as Elasticsearch takes them. YAML
// would read most of it too, but not every escape, and not tabs.
func parseJSON(file string, data []byte) (*Node, error) {
	data = blankComments(data)
	r := &jsonReader{file: file, data: data, dec: json.NewDecoder(bytes.NewReader(data))}
	r.dec.UseNumber()
	n, err := r.value(0)
	if err != nil {
		return nil, r.fail(err)
	}
	end := r.position()
	if _, err := r.dec.Token(); !errors.Is(err, io.EOF) {
		return nil, &Error{Position: end, Err: errors.New("something follows the end of the JSON value")}
	}
	return n, nil
}

// blankComments returns data with spaces where // and /* */ comments and a byte
// order mark are, so that everything else stays where it is.
func blankComments(data []byte) []byte {
	out := bytes.Clone(data)
	if bytes.HasPrefix(out, []byte("\ufeff")) {
		copy(out, "   ")
	}
	for i := 0; i < len(out); i++ {
		switch out[i] {
		case '"':
			i += stringLength(out[i:]) - 1
		case '/':
			end := i + commentLength(out[i:])
			for ; i < end; i++ {
				if out[i] != '\n' {
					out[i] = ' '
				}
			}
			i = end - 1
		}
	}
	return out
}

// stringLength is the length of the JSON string that data starts with.
func stringLength(data []byte) int {
	for i := 1; i < len(data); i++ {
		switch data[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(data)
}

// commentLength is the length of the comment that data starts with, 1 if a
// slash starts none.
func commentLength(data []byte) int {
	switch {
	case bytes.HasPrefix(data, []byte("//")):
		if end := bytes.IndexByte(data, '\n'); end >= 0 {
			return end
		}
		return len(data)
	case bytes.HasPrefix(data, []byte("/*")):
		if end := bytes.Index(data[2:], []byte("*/")); end >= 0 {
			return end + 4
		}
		return len(data)
	}
	return 1
}

type jsonReader struct {
	file string
	data []byte
	dec  *json.Decoder
}

func (r *jsonReader) fail(err error) error {
	if in, ok := errors.AsType[*Error](err); ok {
		in.Position.File = r.file
		return in
	}
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
			return n, r.fields(newFields(n), depth)
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

func (r *jsonReader) fields(into *fieldSet, depth int) error {
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
		if err := into.add(Field{Name: key.(string), Position: at, Value: value}); err != nil { //nolint:forcetypeassert // keys are strings
			return err
		}
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
	if v, ok := wholeNumber(text); ok {
		return v
	}
	f, _ := strconv.ParseFloat(text, 64) // out of range is an infinity, as in Java
	return document.Double(f)
}

// wholeNumber returns a number without fraction and exponent in the smallest
// class that holds it.
func wholeNumber(text string) (document.Value, bool) {
	if i, err := strconv.ParseInt(text, 10, 64); err == nil {
		return document.Number(i), true
	}
	i, ok := new(big.Int).SetString(text, 10)
	if !ok || len(text) > maxDigits {
		return document.Null, false
	}
	return document.BigInteger(i.String()), true
}

// maxDigits is how long a number may be, Jackson's default.
const maxDigits = 1000

package document

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"
	"unicode/utf8"
)

// maxDepth bounds nesting in foreign JSON; Jackson's default limit, too.
const maxDepth = 1000

// ParseJSON reads one JSON value into d. Whole numbers become Integer or Long
// as they fit, others Double; a later key of the same name replaces the value
// of the first. Anything after the value is an error.
func (d *Document) ParseJSON(data []byte) (Value, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	v, err := d.parseValue(dec, 0)
	if err != nil {
		return Null, fmt.Errorf("parse JSON at byte %d: %w", dec.InputOffset(), err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return Null, fmt.Errorf("parse JSON at byte %d: something follows the value", dec.InputOffset())
	}
	return v, nil
}

func (d *Document) parseValue(dec *json.Decoder, depth int) (Value, error) {
	if depth > maxDepth {
		return Null, fmt.Errorf("nested deeper than %d levels", maxDepth)
	}
	tok, err := dec.Token()
	if err != nil {
		return Null, err
	}
	switch t := tok.(type) {
	case json.Delim:
		if t == '{' {
			return d.parseObject(dec, depth)
		}
		return d.parseArray(dec, depth)
	case json.Number:
		return parseNumber(t.String())
	case string:
		return String(t), nil
	case bool:
		return Boolean(t), nil
	}
	return Null, nil
}

func (d *Document) parseObject(dec *json.Decoder, depth int) (Value, error) {
	m := d.NewMap()
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return Null, err
		}
		v, err := d.parseValue(dec, depth+1)
		if err != nil {
			return Null, err
		}
		m.Put(key.(string), v) //nolint:forcetypeassert // the decoder returns strings for keys
	}
	_, err := dec.Token()
	return MapOf(m), err
}

func (d *Document) parseArray(dec *json.Decoder, depth int) (Value, error) {
	l := d.NewList()
	for dec.More() {
		v, err := d.parseValue(dec, depth+1)
		if err != nil {
			return Null, err
		}
		l.Append(v)
	}
	_, err := dec.Token()
	return ListOf(l), err
}

func parseNumber(text string) (Value, error) {
	if i, err := strconv.ParseInt(text, 10, 64); err == nil {
		return Number(i), nil
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return Null, fmt.Errorf("number %s: %w", text, err)
	}
	return Double(f), nil
}

// AppendJSON appends v as JSON, numbers as Jackson prints them, map entries in
// order of insertion, dates as 2006-01-02T15:04:05.000Z.
func (v Value) AppendJSON(dst []byte) []byte {
	switch v.kind {
	case KindString:
		return appendQuoted(dst, v.Str())
	case KindFloat, KindDouble:
		return appendJSONFloat(dst, v)
	case KindList:
		dst = append(dst, '[')
		for i, item := range v.List().items {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = item.AppendJSON(dst)
		}
		return append(dst, ']')
	case KindMap:
		dst = append(dst, '{')
		for i := range v.Map().entries {
			if i > 0 {
				dst = append(dst, ',')
			}
			e := &v.Map().entries[i]
			dst = append(appendQuoted(dst, e.Key), ':')
			dst = e.Value.AppendJSON(dst)
		}
		return append(dst, '}')
	case KindDateTime:
		dst = append(dst, '"')
		return append(v.Time().AppendFormat(dst, jsonTime(v.Time())), '"')
	case kindObject:
		return appendQuoted(dst, v.Text())
	case KindNull, KindBoolean, KindInteger, KindLong, KindBigInteger:
	}
	return v.AppendText(dst)
}

func jsonTime(t time.Time) string {
	if t.Nanosecond()%1e6 == 0 {
		return "2006-01-02T15:04:05.000Z07:00"
	}
	return "2006-01-02T15:04:05.000000000Z07:00"
}

// appendJSONFloat quotes what JSON has no number for, as Jackson does.
func appendJSONFloat(dst []byte, v Value) []byte {
	if f := v.Float64(); f != f || f-f != 0 {
		return append(v.AppendText(append(dst, '"')), '"')
	}
	return v.AppendText(dst)
}

const hexDigits = "0123456789abcdef"

func appendQuoted(dst []byte, s string) []byte {
	dst = append(dst, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && size == 1 {
				dst = append(append(dst, s[start:i]...), "\ufffd"...)
				start = i + 1
			}
			i += size
			continue
		}
		if c >= ' ' && c != '"' && c != '\\' {
			i++
			continue
		}
		dst = appendEscape(append(dst, s[start:i]...), c)
		i++
		start = i
	}
	return append(append(dst, s[start:]...), '"')
}

func appendEscape(dst []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(dst, '\\', c)
	case '\n':
		return append(dst, '\\', 'n')
	case '\r':
		return append(dst, '\\', 'r')
	case '\t':
		return append(dst, '\\', 't')
	}
	return append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
}

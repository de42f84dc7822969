package painless

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"strings"

	"github.com/sluice-otel/sluice/ingest/document"
)

// A codec is a Base64.Encoder or Base64.Decoder.
type codec struct {
	encoding *base64.Encoding
	decoder  bool
	mime     bool   // what is no base64 is left out
	line     int    // how long the lines of an encoder are, 0 for one
	between  string // them
}

// JavaClass implements document.Object.
func (c codec) JavaClass() string {
	if c.decoder {
		return "java.util.Base64.Decoder"
	}
	return "java.util.Base64.Encoder"
}

// AppendText implements document.Object.
func (c codec) AppendText(dst []byte) []byte { return append(dst, c.JavaClass()...) }

// Identity implements document.Object.
func (c codec) Identity() string { return c.JavaClass() }

// HashCode implements document.Object.
func (codec) HashCode() int32 { return identityHash }

func codecIn(v Value) codec {
	return objectOf[codec](v)
}

func base64Classes() []classSpec {
	of := func(c codec) func(*thread, []Value) Value {
		return func(*thread, []Value) Value { return document.ObjectOf(c) }
	}
	return []classSpec{
		{name: "Base64", java: "java.util.Base64", statics: []member{
			{"Base64.Decoder getDecoder()", of(codec{encoding: base64.StdEncoding, decoder: true})},
			{"Base64.Decoder getMimeDecoder()", of(codec{encoding: base64.StdEncoding, decoder: true, mime: true})},
			{"Base64.Decoder getUrlDecoder()", of(codec{encoding: base64.URLEncoding, decoder: true})},
			{"Base64.Encoder getEncoder()", of(codec{encoding: base64.StdEncoding})},
			{"Base64.Encoder getMimeEncoder()", of(codec{encoding: base64.StdEncoding})},
			{"Base64.Encoder getMimeEncoder(int, byte[])", mimeEncoder},
			{"Base64.Encoder getUrlEncoder()", of(codec{encoding: base64.URLEncoding})},
		}},
		{name: "Base64.Decoder", java: "java.util.Base64.Decoder", methods: []member{
			{"byte[] decode(String)", func(t *thread, args []Value) Value {
				return t.newBytes(t.decodeBase64(codecIn(args[0]), t.text(args[1])))
			}},
			{"int decode(byte[], byte[])", func(t *thread, args []Value) Value {
				return t.fillBytes(args[2], t.decodeBase64(codecIn(args[0]), string(t.bytes(args[1]))), "decoding")
			}},
		}},
		{name: "Base64.Encoder", java: "java.util.Base64.Encoder", methods: []member{
			{"String encodeToString(byte[])", func(t *thread, args []Value) Value {
				return t.newText(codecIn(args[0]).encoded(t.bytes(args[1])))
			}},
			{"Base64.Encoder withoutPadding()", func(v Value) Value {
				c := codecIn(v)
				c.encoding = c.encoding.WithPadding(base64.NoPadding)
				return document.ObjectOf(c)
			}},
			{"int encode(byte[], byte[])", func(t *thread, args []Value) Value {
				return t.fillBytes(args[2], []byte(codecIn(args[0]).encoded(t.bytes(args[1]))), "encoding")
			}},
		}},
	}
}

// mimeEncoder is getMimeEncoder of lines of their own, in whole groups of four.
func mimeEncoder(t *thread, args []Value) Value {
	between := t.bytes(args[1])
	for _, b := range between {
		if b < 0x80 && b != '_' && (isLetter(b) || isDigit(b) || b == '+' || b == '/' || b == '=') {
			t.throw(document.IllegalArgument, "Illegal base64 line separator character 0x%x", b)
		}
	}
	return document.ObjectOf(codec{encoding: base64.StdEncoding, line: int(max(args[0].Int64(), 0)) / 4 * 4, between: string(between)})
}

// encoded is the text of data in the encoder's lines.
func (c codec) encoded(data []byte) string {
	text := c.encoding.EncodeToString(data)
	if c.line == 0 {
		return text
	}
	var b strings.Builder
	for len(text) > c.line {
		b.WriteString(text[:c.line] + c.between)
		text = text[c.line:]
	}
	return b.String() + text
}

// fillBytes puts data into a byte[] and returns how long it is.
func (t *thread) fillBytes(into Value, data []byte, what string) Value {
	a := objectOf[*array](into)
	if len(data) > len(a.items) {
		t.throw(document.IllegalArgument, "Output byte array is too small for %s all input bytes", what)
	}
	for i, b := range data {
		a.items[i] = boxWhole(typeByte, int64(int8(b)))
	}
	return document.Integer(int32(len(data)))
}

func (t *thread) decodeBase64(c codec, text string) []byte {
	if c.mime {
		text = string(bytes.Map(func(r rune) rune {
			if r < 0x80 && r != '_' && (isLetter(byte(r)) || isDigit(byte(r)) || r == '+' || r == '/' || r == '=') {
				return r
			}
			return -1
		}, []byte(text)))
	}
	data, err := c.encoding.DecodeString(text)
	if err != nil {
		data, err = c.encoding.WithPadding(base64.NoPadding).DecodeString(text)
	}
	if err != nil {
		t.throw(document.IllegalArgument, "%s", base64Fault(text))
	}
	return data
}

// newBytes returns a byte[].
func (t *thread) newBytes(data []byte) Value {
	t.charge(t.at, entryBytes*len(data))
	a := &array{class: t.lib.arrayOf(typeByte), items: make([]Value, len(data))}
	for i, b := range data {
		a.items[i] = boxWhole(typeByte, int64(b))
	}
	return document.ObjectOf(a)
}

// bytes returns the bytes in a byte[].
func (t *thread) bytes(v Value) []byte {
	t.notNull(v)
	var out []byte
	for _, item := range t.items(v) {
		out = append(out, byte(wholeOf(item)))
	}
	return out
}

func indent(data []byte) []byte {
	var out bytes.Buffer
	if json.Indent(&out, data, "", "  ") != nil {
		return data
	}
	return out.Bytes()
}

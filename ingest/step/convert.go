package step

import (
	"strings"

	"github.com/sluice-otel/sluice/ingest/document"
)

// Convert changes the class of a field's value, or of each item of its list.
type Convert struct {
	Field         string
	Type          string // integer, long, float, double, boolean, ip, string or auto
	TargetField   string // "" is Field
	IgnoreMissing bool
}

func readConvert(o *Options) Processor {
	c := Convert{
		Field:         o.String("field"),
		Type:          o.String("type"),
		TargetField:   o.OptionalString("target_field", ""),
		IgnoreMissing: o.Bool("ignore_missing", false),
	}
	if _, ok := conversions[strings.ToLower(c.Type)]; !ok && c.Type != "" {
		o.Failf("type", "[type] type [%s] not supported, cannot convert field.", c.Type)
	}
	return c
}

// A conversion returns v as another class.
type conversion func(v document.Value) (document.Value, error)

var conversions = map[string]conversion{
	"integer": toInteger,
	"long":    toLong,
	"float":   toFloat,
	"double":  toDouble,
	"boolean": toBoolean,
	"ip":      toIP,
	"string":  toString,
	"auto":    toAuto,
}

// Compile implements Processor.
func (c Convert) Compile(Env) (Step, error) {
	source, target, err := compilePaths(c.Field, c.TargetField)
	name := strings.ToLower(c.Type)
	return &convertStep{
		source: source, target: target, ignoreMissing: c.IgnoreMissing,
		name: name, convert: conversions[name],
	}, err
}

type convertStep struct {
	source, target document.Path
	ignoreMissing  bool
	name           string
	convert        conversion
}

// Run implements Step.
func (c *convertStep) Run(d *document.Document) error {
	v, err := required(d, c.source, c.ignoreMissing)
	if err != nil {
		return err
	}
	if v.IsNull() {
		if c.ignoreMissing {
			return nil
		}
		return document.Illegalf("Field [%s] is null, cannot be converted to type [%s]", c.source, c.name)
	}
	if list := v.List(); list != nil {
		v, err = c.items(d, list)
	} else {
		v, err = c.convert(v)
	}
	if err != nil {
		return err
	}
	return d.Set(c.target, v)
}

func (c *convertStep) items(d *document.Document, from *document.List) (document.Value, error) {
	out := d.NewList()
	for _, item := range from.All() {
		if item.IsNull() && c.name != "auto" {
			return document.Null, document.Throwf(document.NullPointer, `Cannot invoke "Object.toString()" because "value" is null`)
		}
		v, err := c.convert(item)
		if err != nil {
			return document.Null, err
		}
		out.Append(v)
	}
	return document.ListOf(out), nil
}

func toInteger(v document.Value) (document.Value, error) {
	n, err := wholeNumber(v, 32)
	if err != nil {
		return document.Null, unable(v, "integer", err)
	}
	return document.Integer(int32(n)), nil
}

func toLong(v document.Value) (document.Value, error) {
	n, err := wholeNumber(v, 64)
	if err != nil {
		return document.Null, unable(v, "long", err)
	}
	return document.Long(n), nil
}

// unable is the error of a conversion that Java's parser has refused.
func unable(v document.Value, to string, cause error) error {
	return &document.Exception{
		Class: document.IllegalArgument, Message: "unable to convert [" + v.Text() + "] to " + to, Cause: cause,
	}
}

// wholeNumber reads v's text: hexadecimal after 0x and -0x, else decimal, so
// that 1.0 is no whole number.
func wholeNumber(v document.Value, bits int) (int64, error) {
	if k := v.Kind(); k == document.KindInteger || k == document.KindLong {
		if n := v.Int64(); bits == 64 || n == int64(int32(n)) {
			return n, nil
		}
	}
	text := v.Text()
	if digits, ok := hexDigits(text); ok {
		if n, ok := document.DecodeInt(text, bits); ok {
			return n, nil
		}
		return 0, notANumber(`For input string: "%s" under radix 16`, digits)
	}
	if n, ok := document.ParseInt(text, bits); ok {
		return n, nil
	}
	return 0, notANumber(`For input string: "%s"`, text)
}

// hexDigits returns what Integer.decode parses of 0x1f and -0x1f: 1f and -1f.
func hexDigits(text string) (string, bool) {
	if digits, ok := strings.CutPrefix(text, "0x"); ok {
		return digits, true
	}
	if digits, ok := strings.CutPrefix(text, "-0x"); ok {
		return "-" + digits, true
	}
	return "", false
}

// notANumber is java.lang.NumberFormatException.
func notANumber(format string, args ...any) error {
	return document.Throwf(document.NumberFormat, format, args...)
}

// realNumber is Double.parseDouble or Float.parseFloat of v's text.
func realNumber(v document.Value, bits int) (float64, error) {
	text := trimJava(v.Text())
	f, ok := document.ParseFloat(text, bits)
	switch {
	case ok:
		return f, nil
	case text == "":
		return 0, notANumber("empty String")
	}
	return 0, notANumber(`For input string: "%s"`, text)
}

func toFloat(v document.Value) (document.Value, error) {
	f, err := realNumber(v, 32)
	if err != nil {
		return document.Null, unable(v, "float", err)
	}
	return document.Float(float32(f)), nil
}

func toDouble(v document.Value) (document.Value, error) {
	f, err := realNumber(v, 64)
	if err != nil {
		return document.Null, unable(v, "double", err)
	}
	return document.Double(f), nil
}

func toBoolean(v document.Value) (document.Value, error) {
	text := v.Text()
	switch {
	case strings.EqualFold(text, "true"):
		return document.Boolean(true), nil
	case strings.EqualFold(text, "false"):
		return document.Boolean(false), nil
	}
	return document.Null, document.Illegalf("[%s] is not a boolean value, cannot convert to boolean", text)
}

// toIP returns v unchanged if it is an address as InetAddresses.forString reads
// it.
func toIP(v document.Value) (document.Value, error) {
	if v.Kind() != document.KindString {
		return document.Null, cannotCastClass(v.Kind().Class(), "java.lang.String")
	}
	if _, err := parseIP(v.Str()); err != nil {
		return document.Null, err
	}
	return v, nil
}

func toString(v document.Value) (document.Value, error) {
	if v.Kind() == document.KindString {
		return v, nil
	}
	return document.String(v.Text()), nil
}

// toAuto takes the first class that a text can be: boolean, integer, long,
// float, double.
func toAuto(v document.Value) (document.Value, error) {
	if v.Kind() != document.KindString {
		return v, nil
	}
	if b, err := toBoolean(v); err == nil {
		return b, nil
	}
	if n, err := wholeNumber(v, 64); err == nil {
		return document.Number(n), nil
	}
	if f, err := realNumber(v, 32); err == nil {
		return document.Float(float32(f)), nil
	}
	return v, nil
}

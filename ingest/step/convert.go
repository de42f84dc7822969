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
	n, ok := wholeNumber(v, 32)
	if !ok {
		return document.Null, document.Illegalf("unable to convert [%s] to integer", v.Text())
	}
	return document.Integer(int32(n)), nil
}

func toLong(v document.Value) (document.Value, error) {
	n, ok := wholeNumber(v, 64)
	if !ok {
		return document.Null, document.Illegalf("unable to convert [%s] to long", v.Text())
	}
	return document.Long(n), nil
}

// wholeNumber reads v's text: hexadecimal after 0x and -0x, else decimal, so
// that 1.0 is no whole number.
func wholeNumber(v document.Value, bits int) (int64, bool) {
	if k := v.Kind(); k == document.KindInteger || k == document.KindLong {
		n := v.Int64()
		return n, bits == 64 || n == int64(int32(n))
	}
	text := v.Text()
	if strings.HasPrefix(text, "0x") || strings.HasPrefix(text, "-0x") {
		return document.DecodeInt(text, bits)
	}
	return document.ParseInt(text, bits)
}

func toFloat(v document.Value) (document.Value, error) {
	f, ok := document.ParseFloat(v.Text(), 32)
	if !ok {
		return document.Null, document.Illegalf("unable to convert [%s] to float", v.Text())
	}
	return document.Float(float32(f)), nil
}

func toDouble(v document.Value) (document.Value, error) {
	f, ok := document.ParseFloat(v.Text(), 64)
	if !ok {
		return document.Null, document.Illegalf("unable to convert [%s] to double", v.Text())
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
	text := v.Str()
	if b, err := toBoolean(v); err == nil {
		return b, nil
	}
	if n, ok := wholeNumber(v, 64); ok {
		return document.Number(n), nil
	}
	if f, ok := document.ParseFloat(text, 32); ok {
		return document.Float(float32(f)), nil
	}
	return v, nil
}

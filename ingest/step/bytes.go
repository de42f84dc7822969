package step

import (
	"math"
	"strings"

	"github.com/sluice-otel/sluice/ingest/document"
)

// Bytes makes the number of bytes of a text such as 1kb.
type Bytes struct{ TextField }

func readBytes(o *Options) Processor { return Bytes{readTextField(o)} }

// Compile implements Processor.
func (b Bytes) Compile(Env) (Step, error) { return b.compile(byteCount) }

// byteUnits are the units of ByteSizeValue; a suffix is looked for in this
// order.
var byteUnits = [...]struct {
	suffix string
	size   int64
}{
	{"k", 1 << 10}, {"kb", 1 << 10},
	{"m", 1 << 20}, {"mb", 1 << 20},
	{"g", 1 << 30}, {"gb", 1 << 30},
	{"t", 1 << 40}, {"tb", 1 << 40},
	{"p", 1 << 50}, {"pb", 1 << 50},
	{"b", 1},
}

const parseException document.Class = "parse_exception"

// byteCount is ByteSizeValue.parseBytesSizeValue; a fraction of a byte counts as
// a whole one, as it does since Elasticsearch 9.
func byteCount(s string) (document.Value, error) {
	if s == "0" || s == "-1" {
		n, _ := document.ParseInt(s, 64)
		return document.Long(n), nil
	}
	text := trimJava(strings.ToLower(s))
	for _, unit := range byteUnits {
		if number, ok := strings.CutSuffix(text, unit.suffix); ok {
			n, err := byteCountOf(trimJava(number), unit.suffix, unit.size)
			return n, noSize(s, err)
		}
	}
	return document.Null, document.Throwf(parseException,
		"failed to parse setting [Ingest Field] with value [%s] as a size in bytes: unit is missing or unrecognized", s)
}

// noSize is the error of a text that is no size, because of err.
func noSize(s string, err error) error {
	if err == nil {
		return nil
	}
	message := "failed to parse setting [Ingest Field] with value [" + s + "]"
	if document.ClassOf(err) == document.IllegalArgument {
		message += " as a size in bytes"
	}
	return &document.Exception{Class: parseException, Message: message, Cause: err}
}

func byteCountOf(number, suffix string, size int64) (document.Value, error) {
	n, ok := document.ParseInt(number, 64)
	if !ok {
		f, isFraction := document.ParseFloat(number, 64)
		if !isFraction || size == 1 {
			return document.Null, notANumber(`For input string: "%s"`, number)
		}
		n, suffix, size = document.Double(math.Ceil(f*float64(size))).Int64(), "b", 1
	}
	if !strings.HasSuffix(suffix, "b") {
		suffix += "b"
	}
	switch {
	case n < -1 || n == -1 && size > 1:
		return document.Null, document.Illegalf("Values less than -1 bytes are not supported: %d%s", n, suffix)
	case n > math.MaxInt64/size:
		return document.Null, document.Illegalf(
			"Values greater than 9223372036854775807 bytes are not supported: %d%s", n, suffix)
	}
	return document.Long(n * size), nil
}

package document_test

import (
	"math"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/sluice-otel/sluice/ingest/document"
)

// What OpenJDK 17 returns for the same texts; "" is a NumberFormatException.

func TestParseIntIsJavas(t *testing.T) {
	for text, want := range map[string]string{
		"1": "1", "+1": "1", "-1": "-1", "00012": "12", "2147483647": "2147483647", "-2147483648": "-2147483648",
		"2147483648": "", " 1": "", "1 ": "", "": "", "-": "", "0x10": "", "1.0": "", "1_0": "",
	} {
		n, ok := document.ParseInt(text, 32)
		assert.Equal(t, want, textIf(n, ok), "%q", text)
	}
}

func TestDecodeIntIsJavas(t *testing.T) {
	for text, want := range map[string]string{
		"10": "10", "0x1F": "31", "-0x1f": "-31", "#ff": "255", "-#f": "-15", "010": "8", "0": "0", "-0": "0", "+7": "7",
		"0X7fffffffffffffff": "9223372036854775807", "-0x8000000000000000": "-9223372036854775808",
		"0x8000000000000000": "", "0x": "", "": "", "08": "", "--1": "", "0x-1": "", "0+1": "",
	} {
		n, ok := document.DecodeInt(text, 64)
		assert.Equal(t, want, textIf(n, ok), "%q", text)
	}
}

func textIf(n int64, ok bool) string {
	if !ok {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

func TestParseFloatIsJavas(t *testing.T) {
	for text, want := range map[string]string{
		"1": "1.0", "1.5": "1.5", " 1.5 ": "1.5", "\t2\n": "2.0", "1f": "1.0", "1.5D": "1.5", "1.": "1.0", ".5": "0.5",
		"1e5": "100000.0", "1e+5": "100000.0", "NaN": "NaN", "-NaN": "NaN", "+Infinity": "Infinity", "-Infinity": "-Infinity",
		"1e400": "Infinity", "-1e400": "-Infinity", "1e-400": "0.0",
		"Inf": "", "infinity": "", "nan": "", "1_0": "", "1ff": "", "1.5fd": "", "1d5": "", ".": "", "1e": "", "e5": "",
		"+-1": "", "-": "", "": "", "\u00a02": "", "0x10": "", "1,5": "",
	} {
		f, ok := document.ParseFloat(text, 64)
		got := ""
		if ok {
			got = document.Double(f).Text()
		}
		assert.Equal(t, want, got, "%q", text)
	}
	f, ok := document.ParseFloat("0.1", 32)
	assert.True(t, ok)
	assert.Equal(t, math.Float64bits(float64(float32(0.1))), math.Float64bits(f))
}

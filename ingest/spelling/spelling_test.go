package spelling

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestNearest(t *testing.T) {
	known := []string{"set", "rename", "remove", "convert", "grok", "COMBINEDAPACHELOG"}
	for word, want := range map[string]string{
		"renmae":           "rename",
		"gork":             "grok",
		"sett":             "set",
		"convrt":           "convert",
		"COMBINEDAPACHLOG": "COMBINEDAPACHELOG",
		"enrich":           "",
		"":                 "",
	} {
		assert.Equal(t, want, Nearest(word, known), "nearest to %q", word)
	}
}

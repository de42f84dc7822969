package bytesize_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sluice-otel/sluice/internal/bytesize"
)

func TestSizesAreReadWithTheirUnit(t *testing.T) {
	for text, want := range map[string]bytesize.Size{
		"0": 0, "100": 100, "100B": 100, "64KiB": 64 * bytesize.KiB, "20 MiB": 20 * bytesize.MiB, "1GiB": bytesize.GiB,
	} {
		var s bytesize.Size
		require.NoError(t, s.UnmarshalText([]byte(text)), text)
		assert.Equal(t, want, s, text)
	}
}

func TestOtherTextIsNoSize(t *testing.T) {
	for _, text := range []string{"", "MiB", "1.5MiB", "-1", "10MB", "99999999999999999999", "9999999999GiB"} {
		var s bytesize.Size
		require.EqualError(t, s.UnmarshalText([]byte(text)), `"`+text+`" is not a size such as 64MiB or 512KiB`)
	}
}

func TestSizesAreWrittenWithTheLargestUnit(t *testing.T) {
	for s, want := range map[bytesize.Size]string{
		0: "0B", 1023: "1023B", 1024: "1KiB", 3 * bytesize.MiB: "3MiB", bytesize.GiB + bytesize.KiB: "1048577KiB",
	} {
		text, err := s.MarshalText()
		require.NoError(t, err)
		assert.Equal(t, want, string(text))
	}
}

package redisstreamsreceiver

import (
	"fmt"
	"strconv"
	"strings"
)

// ByteSize is a number of bytes. In configuration it is a number, or one with a
// unit: B, KiB, MiB or GiB.
type ByteSize int64

var byteUnits = []struct {
	name string
	size ByteSize
}{{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}, {"B", 1}}

// UnmarshalText parses what the operator wrote.
func (b *ByteSize) UnmarshalText(text []byte) error {
	number, unit := string(text), ByteSize(1)
	for _, u := range byteUnits {
		if rest, ok := strings.CutSuffix(number, u.name); ok {
			number, unit = strings.TrimSpace(rest), u.size
			break
		}
	}
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil || n > int64(1<<62/unit) || n < 0 {
		return fmt.Errorf("%q is not a size such as 64MiB or 512KiB", text)
	}
	*b = ByteSize(n) * unit
	return nil
}

// MarshalText writes the size with the largest unit that divides it.
func (b ByteSize) MarshalText() ([]byte, error) { return []byte(b.String()), nil }

// String is the size with the largest unit that divides it.
func (b ByteSize) String() string {
	for _, u := range byteUnits {
		if b >= u.size && b%u.size == 0 {
			return strconv.FormatInt(int64(b/u.size), 10) + u.name
		}
	}
	return strconv.FormatInt(int64(b), 10) + "B"
}

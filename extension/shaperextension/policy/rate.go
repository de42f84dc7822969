package policy

import (
	"fmt"
	"strconv"
	"strings"
)

// Rate is a number of bits per second. In configuration it is a number with a
// unit: bit, kbit, Mbit, Gbit or Tbit, with powers of 1000 as everywhere in
// networking.
type Rate uint64

// The slowest and the fastest rate that the arithmetic of the buckets is made for.
const (
	MinRate Rate = 1e3
	MaxRate Rate = 400e9
)

var rateUnits = []struct {
	name string
	size float64
}{{"Tbit", 1e12}, {"Gbit", 1e9}, {"Mbit", 1e6}, {"kbit", 1e3}, {"bit", 1}}

// UnmarshalText parses what the operator wrote, with or without /s.
func (r *Rate) UnmarshalText(text []byte) error {
	number := strings.TrimSuffix(string(text), "/s")
	for _, u := range rateUnits {
		rest, ok := strings.CutSuffix(number, u.name)
		if !ok {
			continue
		}
		n, err := strconv.ParseFloat(strings.TrimSpace(rest), 64)
		if err != nil || n < 0 || n*u.size > float64(MaxRate) {
			break
		}
		*r = Rate(n * u.size)
		return nil
	}
	return fmt.Errorf("%q is not a rate such as 1Gbit or 250Mbit, up to %s", text, MaxRate)
}

// MarshalText writes the rate as String does.
func (r Rate) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// String is the rate with the largest unit that leaves a number of at least one.
func (r Rate) String() string {
	for _, u := range rateUnits {
		if float64(r) >= u.size {
			return strconv.FormatFloat(float64(r)/u.size, 'g', 6, 64) + u.name
		}
	}
	return "0bit"
}

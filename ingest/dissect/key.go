package dissect

import (
	"fmt"
	"strconv"
	"strings"
)

// A key is what stands between %{ and }.
type key struct {
	modifier modifier
	name     string
	position int  // of an append with order
	padded   bool // ->: the delimiter may be repeated
}

type modifier byte

const (
	plain         modifier = 0
	appended      modifier = '+'
	appendedOrder modifier = '/'
	fieldName     modifier = '*'
	fieldValue    modifier = '&'
	skipped       modifier = '?'
)

const modifiers = "/+*&?"

// parseKey is the constructor of DissectKey.
func parseKey(text string) (key, error) {
	k := key{}
	var err error
	if k.modifier, err = findModifier(text); err != nil {
		return k, err
	}
	k.name, k.padded = strings.CutSuffix(text, "->")
	switch k.modifier {
	case plain:
		if k.name == "" {
			k.modifier = skipped
		}
		return k, nil
	case appendedOrder:
		return k.ordered(text)
	default:
		// What stands before the modifier is not looked at.
		k.name = k.name[strings.IndexByte(k.name, byte(k.modifier))+1:]
	}
	if k.name == "" && k.modifier != skipped {
		return k, noName(text)
	}
	return k, nil
}

// findModifier returns the only modifier; + may be followed by /.
func findModifier(text string) (modifier, error) {
	found := plain
	for i := range len(text) {
		if strings.IndexByte(modifiers, text[i]) < 0 {
			continue
		}
		next := modifier(text[i])
		if found != plain && (found != appended || next != appendedOrder) {
			return found, fmt.Errorf("Unable to parse key: %s Reason: multiple modifiers are not allowed.", text) //nolint:staticcheck,revive // Elasticsearch's text
		}
		found = next
	}
	return found, nil
}

// ordered reads +name/2.
func (k key) ordered(text string) (key, error) {
	_, rest, plus := strings.Cut(k.name, "+")
	name, number, slash := strings.Cut(rest, "/")
	if !plus || !slash || name == "" || !isDigits(number) {
		return k, noName(text)
	}
	n, err := strconv.ParseInt(number, 10, 16)
	if err != nil {
		return k, fmt.Errorf("Value out of range. Value:\"%s\" Radix:10", number) //nolint:staticcheck // Java's text
	}
	k.name, k.position = name, int(n)
	return k, nil
}

func isDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

func noName(text string) error {
	return fmt.Errorf("Unable to parse key: %s Reason: The key name could not be determined", text) //nolint:staticcheck // Elasticsearch's text
}

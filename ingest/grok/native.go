package grok

import (
	"strings"
	"sync"

	"github.com/sluice-otel/sluice/ingest/regex"
)

// natives are the hand-written matchers, by the name of the definition they
// stand for. TestNativesAgreeWithTheirDefinitions holds each against it.
var natives = map[string]regex.Native{
	"BASE10NUM":         {Match: matchNumber},
	"QUOTEDSTRING":      {Match: matchQuoted},
	"IPV4":              {Match: matchIPv4},
	"IP":                {Match: matchIP},
	"HOSTNAME":          {Match: matchHostname, GiveBack: regex.BytesOf(letters + digits + "-.")},
	"IPORHOST":          {Match: matchIPOrHost, GiveBack: regex.BytesOf(letters + digits + "-.")},
	"TIME":              {Match: matchTime, GiveBack: regex.BytesOf(":.,")},
	"HTTPDATE":          {Match: matchHTTPDate, GiveBack: regex.BytesOf(digits)},
	"SYSLOGTIMESTAMP":   {Match: matchSyslogTimestamp},
	"TIMESTAMP_ISO8601": {Match: matchISO8601, GiveBack: regex.BytesOf(digits + ":.,Z+-")},
}

const (
	digits  = "0123456789"
	letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
)

var (
	legacyNatives = sync.OnceValue(func() map[string]regex.Native { return nativesOf(Legacy) })
	ecsNatives    = sync.OnceValue(func() map[string]regex.Native { return nativesOf(ECSv1) })
)

// natives returns the matchers by the expanded text of their definition, which
// is how the regular expression finds them: a definition somebody has replaced,
// or that has one replaced somewhere inside, has another text.
func (b Bank) natives() map[string]regex.Native {
	if b == ECSv1 {
		return ecsNatives()
	}
	return legacyNatives()
}

func nativesOf(b Bank) map[string]regex.Native {
	e := newExpander(Settings{Bank: b})
	out := make(map[string]regex.Native, len(natives))
	for name, n := range natives {
		text, err := e.definition(name)
		if err != nil {
			panic(err) // the banks are data of this package
		}
		out[text] = n
	}
	return out
}

const undecided = regex.Undecided

func isDigit(b byte) bool { return b >= '0' && b <= '9' }

func isLetter(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' }

func isWord(b byte) bool { return isDigit(b) || isLetter(b) || b == '_' }

// digitAt reports whether there is a digit at text[at].
func digitAt(text string, at int) bool { return at < len(text) && isDigit(text[at]) }

// byteAt returns text[at], 0 at the end.
func byteAt(text string, at int) byte {
	if at < len(text) {
		return text[at]
	}
	return 0
}

// digitsEnd returns the end of the digits at text[at:].
func digitsEnd(text string, at int) int {
	for digitAt(text, at) {
		at++
	}
	return at
}

// matchNumber is BASE10NUM, which is atomic: there is no second match.
func matchNumber(text string, at int) int {
	if at > 0 {
		if p := text[at-1]; isDigit(p) || p == '.' || p == '+' || p == '-' {
			return -1
		}
	}
	if c := byteAt(text, at); c == '+' || c == '-' {
		at++
	}
	end := digitsEnd(text, at)
	if byteAt(text, end) == '.' && digitAt(text, end+1) {
		return digitsEnd(text, end+1)
	}
	if end == at {
		return -1
	}
	return end
}

// matchQuoted is QUOTEDSTRING, which is atomic, too. A backslash takes the next
// character with it unless that is a line break.
func matchQuoted(text string, at int) int {
	if at >= len(text) || at > 0 && text[at-1] == '\\' {
		return -1
	}
	quote := text[at]
	if quote != '"' && quote != '\'' && quote != '`' {
		return -1
	}
	at++
	for at < len(text) {
		end := strings.IndexByte(text[at:], quote)
		if end < 0 {
			return -1
		}
		escape := strings.IndexByte(text[at:at+end], '\\')
		if escape < 0 {
			return at + end + 1
		}
		if at += escape + 1; text[at] == '\n' {
			return -1
		}
		at++ // a longer character's other bytes are no quotes
	}
	return -1
}

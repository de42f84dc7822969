package grok

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sluice-otel/sluice/ingest/regex"
)

// seeds are texts the definitions match, or nearly do.
var seeds = []string{
	"1.2.3.4", "255.255.255.255", "256.1.1.1", "10.0.0.1.example.com", "1.2.3.4-5", "001.002.003.004", "1.2.3", "1.2.3.4.",
	"::1", "fe80::1%eth0", "2001:db8:0:0:0:0:0:1", "::ffff:10.1.2.3", "1:2:3:4:5:6:7:8", "abc:def", "cafe.example.com", "a:b",
	"example.com", "web-1.example.com.", "a..b", "-a.b", "é.example.com", "xn--bcher-kva.example", strings.Repeat("a", 70) + ".b",
	"42", "-1.5", "+.5", "1.", "..5", "1e5", "--1", "1.2.3",
	`"text"`, `""`, `'it\'s'`, "`a`", `"a\"b"`, `"unclosed`, `\"no"`, "\"a\\\nb\"", `"a\\"b"`, `''x`,
	"17/May/2015:10:05:03 +0000", "1/jun/15:1:2:3 -1", "31/Dec/1999:23:59:60 0", "17/Mär/2015:10:05:03.5 +0000", "32/May/2015:10:05:03 +00",
	"10:05:03", "1:05:03", "24:00:00", "23:59:60", "10:05:03.123", "10:05:03:4", "10:05", "10:05:037", "10:05:03,",
	"May 17 10:05:03", "Jan  4 07:50:46 host", "jan 1 1:00:00", "Sept 3 10:00:00", "March 3 10:00:00", "May 17 10:05:03.5", "Maya 1 10:00:00",
	"2015-05-17T10:05:03.123Z", "2015-05-17 10:05:03 +0000", "2015-05-17T10:05:60", "2015-05-17T10:05:03+01:00", "2015-05-17T10:05Z",
	"15-5-7T1005", "2015-05-17T10:05:03-0730x", "2015-13-17T10:05:03", "2015-05-17T24:05:03", "2015-05-17T10:05:03,1+2", "2015-05-17T10:05:03+2360",
}

const alphabet = "0123456789012345abcdefMaynJu:/.-+ TZ,\"'`\\%\né_"

// mutated returns a seed with a few characters changed and something around it.
func mutated(r *rand.Rand) string {
	text := []rune(seeds[r.IntN(len(seeds))])
	pool := []rune(alphabet)
	for range r.IntN(4) {
		at, c := r.IntN(len(text)+1), pool[r.IntN(len(pool))]
		switch {
		case r.IntN(2) == 0 || at == len(text):
			text = append(text[:at], append([]rune{c}, text[at:]...)...)
		case r.IntN(2) == 0:
			text[at] = c
		default:
			text = append(text[:at], text[at+1:]...)
		}
		if len(text) == 0 {
			text = []rune{c}
		}
	}
	out := string(text)
	if r.IntN(3) == 0 {
		out = string(pool[r.IntN(len(pool))]) + out
	}
	if r.IntN(3) == 0 {
		out += string(pool[r.IntN(len(pool))]) + seeds[r.IntN(len(seeds))]
	}
	return out
}

// rests are what may follow a definition in a pattern: each asks for another of
// its matches.
var rests = []string{
	"", "$", " ", `\.`, ":", "-", "/", "[0-9]", "[a-z]", `\w`, `\W`, "[+-]", "Z", ",", `\.com`, "(?=[0-9])", "(?![a-z.])", ".?$", `\b-`, "é", "%",
}

// A native matcher must find what its definition finds, first and when the rest
// of the pattern wants another match.
func TestNativesAgreeWithTheirDefinitions(t *testing.T) {
	for bank, b := range map[string]Bank{"legacy": Legacy, "ecs-v1": ECSv1} {
		e := newExpander(Settings{Bank: b})
		for name := range natives {
			t.Run(bank+"/"+name, func(t *testing.T) {
				definition, err := e.definition(name)
				require.NoError(t, err)
				for _, rest := range rests {
					agree(t, definition, rest, b.natives())
				}
			})
		}
	}
}

func agree(t *testing.T, definition, rest string, with map[string]regex.Native) {
	t.Helper()
	expr := `(?<m>` + definition + `)` + rest
	fast, err := regex.Compile(expr, regex.Settings{Natives: with})
	require.NoError(t, err)
	slow, err := regex.Compile(expr, regex.Settings{})
	require.NoError(t, err)
	r := rand.New(rand.NewPCG(1, uint64(len(definition)+len(rest))))
	var a, b [4]int
	for range 50 {
		text := mutated(r)
		for from := range text {
			foundA, errA := fast.FindBefore(text, from, from, a[:])
			foundB, errB := slow.FindBefore(text, from, from, b[:])
			require.Equal(t, errB, errA)
			require.Equal(t, foundB, foundA, "%q at %d of %q", rest, from, text)
			if foundA {
				require.Equal(t, b, a, "%q at %d of %q", rest, from, text)
			}
		}
	}
}

// Each native must be used where its definition stands, or it is there in vain.
func TestNativesAreUsed(t *testing.T) {
	for name := range natives {
		for _, b := range []Bank{Legacy, ECSv1} {
			used := false
			with := b.natives()
			e := newExpander(Settings{Bank: b})
			text, err := e.definition(name)
			require.NoError(t, err)
			n := with[text]
			match := n.Match
			n.Match = func(text string, at int) int {
				used = true
				return match(text, at)
			}
			re, err := regex.Compile("(?<x>"+text+")", regex.Settings{Natives: map[string]regex.Native{text: n}})
			require.NoError(t, err)
			for _, s := range seeds {
				_, err := re.Find(s, 0, nil)
				require.NoError(t, err)
			}
			require.True(t, used, name)
		}
	}
}

package regex_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sluice-otel/sluice/ingest/regex"
)

func compile(t *testing.T, expr string, s regex.Settings) *regex.Regex {
	t.Helper()
	re, err := regex.Compile(expr, s)
	require.NoError(t, err, expr)
	return re
}

func find(t *testing.T, re *regex.Regex, text string, from int) string {
	t.Helper()
	slots := make([]int, re.Slots())
	found, err := re.Find(text, from, slots)
	require.NoError(t, err)
	if !found {
		return "none"
	}
	return positions(slots)
}

func TestFindSeesWhatIsBeforeTheStart(t *testing.T) {
	for expr, want := range map[string]string{`\bb`: "none", `(?<=a)b`: "1-2", `^b`: "none", `\Gb`: "1-2", `\Ab`: "none", `b`: "1-2"} {
		assert.Equal(t, want, find(t, compile(t, expr, regex.Settings{}), "ab", 1), expr)
	}
}

func TestFindBeforeStopsLooking(t *testing.T) {
	re := compile(t, `b+`, regex.Settings{})
	var slots [2]int
	found, err := re.FindBefore("aabb", 0, 1, slots[:])
	require.NoError(t, err)
	assert.False(t, found)
	found, err = re.FindBefore("aabb", 0, 2, slots[:])
	require.NoError(t, err)
	assert.True(t, found, "the match may end later")
	assert.Equal(t, [2]int{2, 4}, slots)
}

func TestMatchAllTakesTheWholeText(t *testing.T) {
	for text, want := range map[string]bool{"ab": true, "a": true, "abc": false, "xab": false, "": false} {
		found, err := compile(t, `a|ab`, regex.Settings{Dialect: regex.Java}).MatchAll(text, nil)
		require.NoError(t, err)
		assert.Equal(t, want, found, text)
	}
}

func TestNamesAreByNumber(t *testing.T) {
	assert.Equal(t, []string{"", "", "n"}, compile(t, `(a)(?<n>b)`, regex.Settings{Dialect: regex.Java}).Names())
	assert.Equal(t, []string{"", "n", "n"}, compile(t, `(a)(?<n>b)|(?<n>c)`, regex.Settings{}).Names())
}

func TestFlagsAreThoseOfPattern(t *testing.T) {
	for _, c := range []struct {
		expr, text, want string
		flags            regex.Flags
	}{
		{"ab", "AB", "0-2", regex.Flags{CaseInsensitive: true}},
		{"é", "É", "none", regex.Flags{CaseInsensitive: true}},
		{"é", "É", "0-2", regex.Flags{CaseInsensitive: true, UnicodeCase: true}},
		{"^b", "a\nb", "2-3", regex.Flags{MultiLine: true}},
		{"a.b", "a\nb", "0-3", regex.Flags{DotAll: true}},
		{" a b ", "ab", "0-2", regex.Flags{Comments: true}},
		{`\w`, "é", "0-2", regex.Flags{UnicodeClasses: true}},
		{".", "\r", "0-1", regex.Flags{UnixLines: true}},
		{"a.(", "a.(", "0-3", regex.Flags{Literal: true}},
	} {
		re := compile(t, c.expr, regex.Settings{Dialect: regex.Java, Flags: c.flags})
		assert.Equal(t, c.want, find(t, re, c.text, 0), "%s %+v", c.expr, c.flags)
	}
}

func TestMistakesHaveAnOffset(t *testing.T) {
	for expr, want := range map[string]int{`ab(c`: 2, `a[b`: 1, `a**)`: 3, `ab\k<x>`: 5, `a{3,1}`: 1} {
		_, err := regex.Compile(expr, regex.Settings{})
		var syntax *regex.SyntaxError
		require.ErrorAs(t, err, &syntax, expr)
		assert.Equal(t, want, syntax.Offset, expr)
		assert.Equal(t, expr, syntax.Expr)
	}
}

// What neither dialect's matcher supports must be refused, not misunderstood.
func TestUnsupportedSyntaxIsRefused(t *testing.T) {
	for _, expr := range []string{`\X`, `(?<n>a\g<n>?)`, `(?<n>a)(?(<n>)b|c)`, `\M-a`, "\xff"} {
		_, err := regex.Compile(expr, regex.Settings{})
		require.Error(t, err, expr)
	}
	for _, expr := range []string{`\X`, `\N{LATIN SMALL LETTER A}`, `\p{InTibetan}`} {
		_, err := regex.Compile(expr, regex.Settings{Dialect: regex.Java})
		require.Error(t, err, expr)
	}
}

func TestLargeExpressionsAreRefused(t *testing.T) {
	for name, expr := range map[string]string{
		"nesting":       strings.Repeat("(", 300) + strings.Repeat(")", 300),
		"class nesting": strings.Repeat("[a", 300) + strings.Repeat("]", 300),
		"program":       strings.Repeat("(?:ab|cd)*", 100_000),
	} {
		_, err := regex.Compile(expr, regex.Settings{})
		var syntax *regex.SyntaxError
		assert.ErrorAs(t, err, &syntax, name)
	}
}

func TestNestedRepetitionsStaySmall(t *testing.T) {
	for _, expr := range []string{`((((a{99}){99}){99}){99}){99}`, `(?:(?:(?:a|b){1,90}c){1,90}d){1,90}`, `(((a+)+)+)+b`} {
		re, err := regex.Compile(expr, regex.Settings{})
		require.NoError(t, err, expr)
		_, err = re.Find("abab", 0, nil)
		require.NoError(t, err, expr)
	}
}

func TestRunawayMatchEndsWithErrBudget(t *testing.T) {
	for name, expr := range map[string]string{
		"nested loops":      `^(?:a+)+$`,
		"alternatives":      `^(?:a|a)*$`,
		"optional":          `^` + strings.Repeat(`(?:a|aa)?`, 40) + `[bc]+d$`,
		"two wildcards":     `^(?:.*.*.*.*.*)=\1(x)?$`,
		"back reference":    `^(a+)+\1+b$`,
		"lookahead":         `^(?:(?=a+)a+)+$`,
		"counted":           `^(?:(?:a|ab?){1,50}){50,90}$`,
		"quadratic search":  `(?:a+b?)+c`,
		"possessive search": `(?>a|b)++c`,
	} {
		re := compile(t, expr, regex.Settings{Steps: 1_000_000})
		begin := time.Now()
		_, err := re.Find(strings.Repeat("a", 20_000)+"!=cdb", 0, nil)
		require.ErrorIs(t, err, regex.ErrBudget, name)
		assert.Less(t, time.Since(begin), 10*time.Second, name)
	}
}

func TestStackOfAMatchIsBounded(t *testing.T) {
	re := compile(t, `^(?:a|b|[^c])*(?<x>d)`, regex.Settings{Steps: 1 << 40})
	_, err := re.Find(strings.Repeat("a", 6<<20)+"cd", 0, nil)
	assert.ErrorIs(t, err, regex.ErrBudget)
}

func TestLongTextsTakeLinearTime(t *testing.T) {
	line := strings.Repeat("some words and 12 numbers, ", 40_000) // 1 MiB
	for _, expr := range []string{
		`^(?<a>.*?)=(?<b>.*)$`, `^(?<a>\S+) (?<b>.*) (?<c>\S+)$`, `(?<n>[0-9]+) apples`, `"(?<q>(?>\\.|[^\\"]+)+)"`, `.*error.*`, `(?m).*(?<x>zebra).*`,
	} {
		begin := time.Now()
		_, err := compile(t, expr, regex.Settings{}).Find(line, 0, nil)
		require.NoError(t, err, expr)
		assert.Less(t, time.Since(begin), 5*time.Second, expr)
	}
}

func TestBytesThatAreNotUTF8AreCharacters(t *testing.T) {
	for _, c := range []struct{ expr, text, want string }{
		{`^.(?<x>.)`, "\xffa", "0-2 1-2"},
		{`[^a]+`, "a\xff\xfe\xc3b", "1-5"},
		{`\W`, "a\x80", "1-2"},
		{`a.b`, "a\xe2\x82b", "none"},
		{`a..b`, "a\xe2\x82b", "0-4"},
		{`(?<=.)b`, "\xffb", "1-2"},
		{`\x{FFFD}`, "\xff", "none"},
	} {
		assert.Equal(t, c.want, find(t, compile(t, c.expr, regex.Settings{}), c.text, 0), "%q in %q", c.expr, c.text)
	}
}

func TestMatchingDoesNotAllocate(t *testing.T) {
	for _, expr := range []string{`(?<a>\w+)=(?<b>[^ ]*)`, `(?:a|b|.)*?(?<v>\d{2,3})`, `(?<=x)(?>y|z)*(?<k>.)\k<k>`} {
		re := compile(t, expr, regex.Settings{})
		slots := make([]int, re.Slots())
		text := strings.Repeat("abc def ", 8) + "key=value xyzz11"
		allocs := testing.AllocsPerRun(100, func() {
			if found, err := re.Find(text, 0, slots); !found || err != nil {
				t.Error(expr, found, err)
			}
		})
		assert.Zero(t, allocs, expr)
	}
}

func TestRegexIsSafeForConcurrentUse(t *testing.T) {
	re := compile(t, `(?<a>\w+) (?<b>\d+)$`, regex.Settings{})
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			slots := make([]int, re.Slots())
			for range 200 {
				if found, err := re.Find("one two 33", 0, slots); !found || err != nil || slots[2] != 4 {
					t.Error(found, err, slots)
				}
			}
		})
	}
	wg.Wait()
}

// A native matcher stands for its definition: where the rest of the expression
// wants another match, and for what it does not know, the definition runs.
func TestNativesStandForTheirDefinition(t *testing.T) {
	calls := 0
	natives := map[string]regex.Native{`[a-z]+(?:-[a-z]+)*`: {
		GiveBack: regex.BytesOf("abcdefghijklmnopqrstuvwxyz-"),
		Match: func(text string, at int) int {
			calls++
			end := at
			for end < len(text) && (text[end] >= 'a' && text[end] <= 'z' || text[end] == '-') {
				end++
			}
			switch {
			case end > at && text[end-1] == '-', at < len(text) && text[at] == '-':
				return regex.Undecided
			case end == at:
				return -1
			}
			return end
		},
	}}
	for _, c := range []struct{ expr, text, want string }{
		{`(?<w>[a-z]+(?:-[a-z]+)*) `, "ab-cd x", "0-6 0-5"},
		{`(?<w>[a-z]+(?:-[a-z]+)*)d`, "ab-cd x", "0-5 0-4"},
		{`(?<w>[a-z]+(?:-[a-z]+)*)-`, "ab-cd x", "0-3 0-2"},
		{`(?<w>[a-z]+(?:-[a-z]+)*)`, "ab-", "0-2 0-2"},
		{`(?>(?:[a-z]+(?:-[a-z]+)*))d`, "abcd", "none"},
		{`(?<w>[a-z]+(?:-[a-z]+)*)`, "12", "none"},
	} {
		before := calls
		assert.Equal(t, c.want, find(t, compile(t, c.expr, regex.Settings{Natives: natives}), c.text, 0), c.expr)
		if c.text != "12" {
			assert.Greater(t, calls, before, "%s does not use it", c.expr)
		}
		assert.Equal(t, c.want, find(t, compile(t, c.expr, regex.Settings{}), c.text, 0), "%s without it", c.expr)
	}
	before := calls
	find(t, compile(t, `(?i)(?<w>[a-z]+(?:-[a-z]+)*)`, regex.Settings{Natives: natives}), "ab", 0)
	assert.Equal(t, before, calls, "flags change what a definition means")
}

func TestReplace(t *testing.T) {
	for _, c := range []struct{ expr, text, replacement, want string }{
		{"a", "banana", "$0$0", "baanaanaa"},
		{"(a)(n)", "banana", "$2$1", "bnanaa"},
		{"(a)", "a", "$11", "a1"},
		{"a", "a", `\$\\x`, `$\x`},
		{"(?<n>a)", "a", "${n}!", "a!"},
		{"a*", "baac", "-", "-b--c-"},
		{"", "é€", "-", "-é-€-"},
		{"(a)|b", "ab", "[$1]", "[a][]"},
		{`\s+`, " a  b ", "_", "_a_b_"},
		{`\b`, "ab cd", "|", "|ab| |cd|"},
		{"(?<=a)b", "abab", "X", "aXaX"},
		{"$", "a\nb\n", "!", "a\nb!\n!"},
		{"(?m)^", "a\nb\n", "> ", "> a\n> b\n"},
		{`\Ga`, "aab", "x", "xxb"},
		{"x", "abc", "$9", "abc"},
	} {
		got, err := compile(t, c.expr, regex.Settings{Dialect: regex.Java}).Replacement(c.replacement).Replace(c.text)
		require.NoError(t, err)
		assert.Equal(t, c.want, got, "%s by %s in %q", c.expr, c.replacement, c.text)
	}
}

func TestMistakesInReplacementsShowWhenUsed(t *testing.T) {
	for replacement, want := range map[string]string{
		"$2": "No group 2", "$": "Illegal group reference: group index is missing", "$x": "Illegal group reference",
		`\`: "character to be escaped is missing", "${m}": "No group with name {m}", "${n": "named capturing group is missing trailing '}'",
		"${}": "named capturing group has 0 length name", "${1}": "capturing group name {1} starts with digit character",
	} {
		r := compile(t, "(?<n>a)", regex.Settings{Dialect: regex.Java}).Replacement(replacement)
		_, err := r.Replace("a")
		var mistake *regex.ReplacementError
		require.ErrorAs(t, err, &mistake, replacement)
		assert.Equal(t, want, mistake.Message)
		assert.Equal(t, replacement == "$2", mistake.OutOfBounds)
		got, err := r.Replace("b")
		require.NoError(t, err)
		assert.Equal(t, "b", got)
	}
}

func TestSplit(t *testing.T) {
	for _, c := range []struct {
		expr, text string
		limit      int
		want       []string
	}{
		{",", "a,b,,c,,", 0, []string{"a", "b", "", "c"}},
		{",", "a,b,,c,,", -1, []string{"a", "b", "", "c", "", ""}},
		{",", "a,b,,c,,", 2, []string{"a", "b,,c,,"}},
		{"b", "abc", 1, []string{"abc"}},
		{"", "aé€", 0, []string{"a", "é", "€"}},
		{"", "abc", -1, []string{"a", "b", "c", ""}},
		{"x", "abc", 0, []string{"abc"}},
		{",", "", 0, []string{""}},
		{",", ",", 0, []string{}},
		{",", ",", -1, []string{"", ""}},
		{",", ",,a", 0, []string{"", "", "a"}},
		{`\s+`, " a b ", 0, []string{"", "a", "b"}},
		{"(?=b)", "abab", 0, []string{"a", "ba", "b"}},
		{"a*", "baac", 0, []string{"b", "", "c"}},
		{"^", "abc", 0, []string{"abc"}},
	} {
		got, err := compile(t, c.expr, regex.Settings{Dialect: regex.Java}).Split(c.text, c.limit)
		require.NoError(t, err)
		assert.Equal(t, c.want, got, "%q by %q, %d", c.text, c.expr, c.limit)
	}
}

func FuzzFind(f *testing.F) {
	for _, expr := range []string{
		`(?<a>\w+)=(?<b>[^"]*?)$`, `(?>a|ab)*+c`, `(?<=a|bc)d(?!e)`, `[a-z&&[^b]]\p{L}+`, `(a*)*\1`, `(?i:é)|\x{e9}`, `a{2,3}?b{0}`,
		`(?<n>a)\k<n>`, `\Qa\E+[\d-]`, `(?x) a # b`, `^\Z|\A\b`, `(?:(?:a|b){1,90}c){1,90}`,
	} {
		f.Add(expr, "abc=\"d\" é 12\n", false)
		f.Add(expr, "aabbcc", true)
	}
	f.Fuzz(func(t *testing.T, expr, text string, java bool) {
		if len(expr) > 200 || len(text) > 200 {
			return
		}
		s := regex.Settings{Steps: 20_000}
		if java {
			s.Dialect = regex.Java
		}
		re, err := regex.Compile(expr, s)
		if err != nil {
			var syntax *regex.SyntaxError
			require.ErrorAs(t, err, &syntax)
			return
		}
		slots := make([]int, re.Slots())
		found, err := re.Find(text, 0, slots)
		if err != nil {
			require.ErrorIs(t, err, regex.ErrBudget)
			return
		}
		if found {
			checkSlots(t, text, slots)
		}
		checkReplacing(t, re, text)
	})
}

func checkSlots(t *testing.T, text string, slots []int) {
	t.Helper()
	for i, at := range slots {
		require.LessOrEqual(t, at, len(text))
		if i < 2 {
			require.GreaterOrEqual(t, at, 0)
		}
		if at > 0 && at < len(text) && utf8.ValidString(text) {
			require.True(t, utf8.RuneStart(text[at]), "position %d is inside a character", at)
		}
	}
}

// checkReplacing puts every match back where it was.
func checkReplacing(t *testing.T, re *regex.Regex, text string) {
	t.Helper()
	got, err := re.Replacement("$0").Replace(text)
	if errors.Is(err, regex.ErrBudget) {
		return
	}
	require.NoError(t, err)
	require.Equal(t, text, got)
	_, err = re.Split(text, 0)
	if err != nil {
		require.ErrorIs(t, err, regex.ErrBudget)
	}
}

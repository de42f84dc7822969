package painless

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// documentsForLoops have at the paths of the scripts below what the faster ways are for,
// and what they are not for.
var documentsForLoops = []string{
	typicalEvent, `{}`, `{"path":"/a/Zürich/😀/b","tags":["a","ä",null],"event":{"action":"x"}}`,
	`{"path":["a"],"tags":"a","event":null}`, `{"path":"","tags":[],"event":{"action":null}}`,
	`{"path":12,"tags":{"a":1},"event":"x"}`, `{"event.action":"dotted","event":{"action":"deep"},"event?":{"action":"asked"},"tags":["deep","dotted","asked"]}`, `{"path":"///","tags":[1,"abc",[1],{"b":2}],"event":{"action":"/"}}`,
}

// The faster ways of loops, streams and removeIf do what the others do. A loop that makes an
// object, a stream that is sequential by its own words and a map of type def have none.
func TestFasterWaysDoTheSame(t *testing.T) {
	for _, src := range []string{
		`int n = 0; for (int i = 0; i < ctx.path.length(); i++) {@ if (ctx.path.charAt(i) == (char) '/') { n++ } } ctx.n = n`,
		`int n = 0; for (int i = 0; i <= ctx.path.length(); i++) {@ if (ctx.path.charAt(i) == (char) '/') { n++ } } ctx.n = n`,
		`int n = 0; for (int i = 0; i < ctx.path.length(); i++) {@ if (ctx.path.charAt(i) == (char) '/') { n += i; i += 2; } } ctx.n = n`,
		`int n = 0; for (int i = -1; i < ctx.path.length(); i++) {@ if (ctx.path.charAt(i) == (char) '/') { n++ } } ctx.n = n`,
		`int n = 0; for (int i = 3; i < 12; i++) {@ if (ctx.path.charAt(i) == (char) '/') { if (n > 0) { break; } n += i; } } ctx.n = n`,
		`int n = 0; int k = 1; for (int i = 0; i < ctx.path.length(); i++) {@ if (ctx.path.charAt(k) == (char) 'u') { n++ } } ctx.n = n`,
		`int n = 0; for (int i = 0; i < ctx.path.length(); i++) {@ if (ctx.path.charAt(i) == (char) 'ü') { n++ } } ctx.n = n`,
		`int n = 0; for (int i = 0; i < ctx.path.length(); i++) {@ if (ctx.path.charAt(i) != (char) '/') { n++ } } ctx.n = n`,
		`int n = 0; int i = 0; while (i < ctx.path.length()) {@ n += ctx.path.charAt(i); i += 2; } ctx.n = n`,
		`int n = 0; int i = 0; do {@ n += ctx.path.charAt(i++); } while (i < ctx.path.length()); ctx.n = n`,
		`def s = ctx.event?.action; int n = 0; for (int i = 0; i < s.length(); i++) {@ n = n * 31 + s.charAt(i) } ctx.n = n`,
		`String s = ctx.path; int n = 0; for (int i = s.length() - 1; i >= 0; i--) {@ char c = s.charAt(i); if (c == (char) '/') { break; } n++; } ctx.n = n`,
		`String s = ctx.path; int n = 0; for (int i = 0; i < 40; i++) {@ if (s.charAt(i) >= (char) 'a') { n += i } } ctx.n = n`,
		`def s = ctx.path; for (int i = 0; i < s.length(); i++) {@ s = s.substring(1); } ctx.n = s`,
		`def s = ctx.path; int n = 0; for (def i = 0; i < s.length(); i++) {@ n += s.charAt(i) } ctx.n = n`,
		`def s = ctx.path; def i = 0L; int n = 0; for (int k = 0; k < 3; k++) {@ n += s.charAt(i) } ctx.n = n`,
		`def s = ctx.path; int n = 0; long i = 0; for (int k = 0; k < 3; k++) {@ if (s.charAt(i) == (char) '/') { n++ } } ctx.n = n`,
		`def s = ctx.path; int n = 0; short i = 0; for (int k = 0; k < 3; k++) {@ if (s.charAt(i) == (char) '/') { n++ } } ctx.n = n`,
		`def s = ctx.path; int n = 0; for (int k = 0; k < 3; k++) {@ if (s.charAt(s.charAt(0) - 47) == (char) '/') { n++ } n += s.charAt(s.charAt(0)) } ctx.n = n`,
		`def s = ctx.path; int n = 0; for (byte i = 0; i < s.length(); i++) {@ n += s.charAt(i) } ctx.n = n`,
		`int n = 0; for (int i = 0; i < ctx.tags.size(); i++) {@ if (ctx.tags[i] == ctx.event.action) { n += i } else if (ctx.tags[i] != null) { n += ctx.tags[i].length() } } ctx.n = n`,
		`int n = 0; for (def tag : ctx.tags) {@ if (tag == ctx.event.action) { n++ } } ctx.n = n`,
		`int n = 0; for (def tag : ctx.tags) {@ n *= 10; if (tag == ctx.event.action) { n += 1 } if (tag == ctx['event.action']) { n += 2 } if (tag == ctx['event?']?.action) { n += 4 } } ctx.n = n`,
		`int n = 0; for (def tag : ctx.tags) {@ if (ctx.event?.action == null) { continue } n++ } ctx.n = n`,
		`int n = 0; for (def tag : ctx.tags) {@ for (int i = 0; i < ctx.path.length(); i++) {@ n += ctx.path.charAt(i); if (n > 500) { return n } } } ctx.n = n`,
		`int n = 0; try { for (int i = 0; i < 9; i++) {@ n += ctx.event.action.charAt(i) } } catch (Exception e) { ctx.e = e.getMessage() } ctx.n = n`,
		`long n = 0; for (int i = -9; i < 9; i++) {@ def x = i; if (x % 3 == 0) { n = n * 10 + x } if (x % 4 == -1) { n++ } if (x % 2 == 1) { n += 2 } if (x % 1 == 0) { n++ } } ctx.n = n`,
		`int n = 0; for (def x : [1L, 2.5, 3, (byte) 6, -3, 2147483647, -2147483648]) {@ if (x % 3 == 0) { n++ } if (x % 3 == 1) { n += 100 } } ctx.n = n`,
		`def n = 0; def last = -1; for (def i = 0; i < ctx.path.length(); i++) {@ if (ctx.path.charAt(i) == (char) '/') { n = n + i - last; last = i + 1 } n++ } ctx.n = n; ctx.last = last`,
		`def i = 2147483646; for (def k = 0; k < 3; k++) {@ i++; i += 1; } ctx.n = i; ctx.m = i * 2L + i / 7 - i % 4; ctx.o = -i > i; ctx.p = i instanceof Integer; ctx.q = i << 3 | 1`,
		`def i = 0; i = i + 1; long l = i; double d = i; ctx.n = [i, l, d, i == 1L, i == 1.0, i != null, i == 'x', i.toString(), i + 'x']`,
		`def i = 0; if (ctx.path != null) { i = 1L } ctx.n = i + 2147483647`, `def i = 0; i += 1.5; ctx.n = i`, `def i = 0; i -= ctx.tags.size(); ctx.n = i`,
		`for (int i = 2147483645; i < 2147483647; i++) {@ ctx.n = i }`,
		`ctx.n = ctx.tags.stream().filter(x -> x.length() > 1).map(x -> x.toUpperCase()).collect(Collectors.toList())`,
		`ctx.n = ctx.tags.stream().filter(x -> x).collect(Collectors.toList())`,
		`ctx.n = ctx.tags.stream().map(x -> x + ctx.path).collect(Collectors.toList())`,
		`String s = ctx.path; ctx.n = ctx.tags.stream().map(x -> s + x).filter(y -> y.length() > 3).count()`,
		`List l = ctx.tags; ctx.n = l.stream().anyMatch(x -> x == 'a'); ctx.m = l.stream().allMatch(x -> x != null); ctx.o = l.stream().noneMatch(x -> x instanceof List)`,
		`ctx.n = [1, 2, 3].stream().filter(x -> x > 1).count(); ctx.m = [[1], [2]].stream().filter(x -> x.stream().filter(y -> y > 1).count() > 0).collect(Collectors.toList())`,
		`def l = [1, 2, 3]; ctx.n = l.stream().map(x -> [x]).filter(x -> l.add(x)).collect(Collectors.toList())`,
		`for (def x : ctx.tags.stream().map(y -> y.toString()).collect(Collectors.toList())) {@ if (ctx.tags.contains(x)) { ctx.n = ctx.tags.size() } }`,
		`ctx.n = ((Map) ctx.event).values().removeIf(x -> x == null || x == '')`, `ctx.n = ((Map) ctx).values().removeIf(x -> x instanceof List)`,
		`def m = new TreeMap(); m.put('b', 1); m.put('a', 2); ctx.n = ((Map) m).values().removeIf(x -> x > 1); ctx.m = m`,
		`def m = ['a': 1, 'b': 2]; ctx.n = ((Map) m).values().removeIf(x -> { m.put('c', 3); return true })`, `ctx.n = ((Map) ctx).values().removeIf(null)`,
		`ctx.n = ((Map) ctx.event).values().removeIf(x -> x)`, `ctx.n = ((Map) Collections.unmodifiableMap(['a': 1])).values().removeIf(x -> true)`,
		`boolean drop(Object o) { o == null || o instanceof Map && ((Map) o).values().removeIf(v -> drop(v)) } drop(ctx); ctx.n = 1`,
		`int twice(int x) { 2 * x } ctx.n = ctx.tags.stream().map(x -> twice(x.length())).collect(Collectors.toList())`,
	} {
		for _, doc := range documentsForLoops {
			slower := strings.NewReplacer("= 0;", "= (int) 0;", "= 2147483646;", "= (int) 2147483646;", "= -1;", "= (int) -1;", ".stream()", ".stream().sequential()", "@", " new ArrayList();", "((Map) ", "((def) (Map) ").Replace(src)
			assert.Equal(t, outcomeOn(t, slower, doc), outcomeOn(t, strings.ReplaceAll(src, "@", ""), doc), "%s on %s", src, doc)
		}
	}
}

func outcomeOn(t *testing.T, src, doc string) string {
	t.Helper()
	s, err := CompileScript(src, Settings{})
	require.NoError(t, err, src)
	return wholeOutcome(t, s, doc)
}

// Rounds that are skipped count.
func TestSkippedRoundsUseTheBudgetUp(t *testing.T) {
	src := `String s = 'x'; for (int i = 0; i < 18; i++) { s = s + s }
		for (int k = 0; k < 10; k++) { for (int i = 0; i < s.length(); i++) { if (s.charAt(i) == (char) 'y') { k++ } } }`
	assert.Contains(t, outcomeOn(t, src, `{}`), "The maximum number of statements that can be executed in a loop has been reached.")
}

// Streams of streams are compiled once each, those of what is no list, too: a script of them
// would take longer than anybody waits.
func TestStreamsOfStreamsAreCompiledOnce(t *testing.T) {
	for _, of := range []string{
		"%s.stream().map(x -> x).collect(Collectors.toList())", "%s.stream().map(x -> ((List) x).clear()).collect(Collectors.toList())",
		"new HashSet(%s).stream().filter(x -> x != null).collect(Collectors.toList())",
	} {
		src := "ctx.tags"
		for range 40 {
			src = fmt.Sprintf(of, src)
		}
		s, err := CompileScript(src+".unknown()", Settings{})
		require.NoError(t, err, of)
		assert.Len(t, s.Warnings(), 1, of)
	}
}

// A list or map of literals that is shared between executions looks like one that is made
// each time, which it is where it has another name, too.
func TestSharedTablesAreLikeOthers(t *testing.T) {
	for _, src := range []string{
		`def m = ['a': 1]; # m.put('b', 2); ctx.n = m`, `def m = ['a': 1]; # ctx.n = m; m.get('a')`, `def m = ['a': 1]; # m.a = 2; ctx.n = m.a`,
		`def m = ['a': 1]; # m['a'] = 2; ctx.n = m.a`, `def m = ['a': 1]; # m.a++; ctx.n = m.a`, `def m = ['a': 1]; # m.remove('a'); ctx.n = m.size()`,
		`def m = ['a': 1]; # for (def k : m.keySet()) { ctx.n = k }`, `def m = ['a': 1]; # if (ctx.x == null) { m.clear() } ctx.n = m.get('a')`,
		`def m = ['a': 1]; # ctx.n = [1, 2].stream().map(x -> m.a + x).collect(Collectors.toList())`, `def m = ['a': 1]; # m = ['b': 1]; ctx.n = m.get('b')`,
		`def m = [1, 2, 3]; # for (x in m) { ctx.n = x } ctx.l = m[-1]; ctx.k = m.contains(2) && m.size() == 3`, `def m = [1]; # m[0] += 1; ctx.n = m[0]`,
		`Map m = [1: 'x', 2L: 'y', null: 'z']; # ctx.n = m.get(1) + m.get(2L) + m.get(1L) + m.get(null)`, `def m = ['a': 1]; # ctx.n = [m, m.get('a')]`,
		`def m = ['a': null]; # ctx.n = m.containsKey('a') && m.get('a') == null && m?.a == null && !m.containsKey('b')`,
		`def m = ['a': 'x']; # ctx.n = m.getOrDefault(ctx.x, m.get('a')); ctx.m = m instanceof HashMap`, `def m = [:]; # ctx.n = m.isEmpty(); ctx.m = m.get('a')`,
	} {
		faster, err := CompileScript(strings.ReplaceAll(src, "#", ""), Settings{})
		require.NoError(t, err, src)
		want := outcomeOn(t, strings.ReplaceAll(src, "#", "def alias = m;"), typicalEvent)
		for range 2 {
			assert.Equal(t, want, wholeOutcome(t, faster, typicalEvent), src)
		}
	}
}

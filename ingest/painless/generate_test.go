package painless

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sluice-otel/sluice/ingest/document"
)

// A generator writes a script whose types are right, as bytes choose.
type generator struct {
	choices []byte
	depth   int
	names   int
	vars    map[string][]string // by type, those in scope
	noisy   bool                // loops and streams are written so that there is no faster way
}

// pick returns a number below n, 0 when the bytes are used up.
func (g *generator) pick(n int) int {
	if len(g.choices) == 0 {
		return 0
	}
	c := g.choices[0]
	g.choices = g.choices[1:]
	return int(c) % n
}

func (g *generator) one(of ...string) string { return of[g.pick(len(of))] }

var generatedTypes = []string{"int", "long", "double", "boolean", "String", "List", "Map", "def"}

// leaves has for every type what needs nothing else.
var leaves = map[string][]string{
	"int":     {"0", "1", "-7", "2147483647", "ctx.tags.size()", "'abc'.length()"},
	"long":    {"0L", "-1L", "9223372036854775807L", "3"},
	"double":  {"0.5", "-2.25", "1e300", "0.0"},
	"boolean": {"true", "false", "(ctx.event?.code == 4624)", "(ctx.x == null)"},
	"String":  {"''", "'abc'", `"Zürich 😀"`, "ctx.event.action", "String.valueOf(ctx.event.code)"},
	"List":    {"[]", "[1, 'a', null]", "ctx.tags", "new ArrayList()"},
	"Map":     {"[:]", "['a': 1, 'b': [2]]", "ctx.event", "new HashMap()", "new TreeMap()"},
	"def":     {"((def) null)", "((def) 1)", "((def) 'x')", "ctx.event?.code", "ctx['tags']", "ctx.nothing", "((def) (byte) 5)", "((def) 2.5f)"},
}

// formed has what is made of others; $ and a type is an expression of the type, #
// a new name.
var formed = map[string][]string{
	"int": {
		"($int + $int)", "($int - $int)", "($int * $int)", "($int / $int)", "($int % $int)", "($int << $int)", "($int >>> 1)", "(~$int)",
		"($boolean ? $int : $int)", "((int) ($double))", "((int) ($long))", "$String.length()", "$List.size()", "Integer.max($int, $int)",
		"$String.indexOf($String)", "Integer.compare($int, $int)", "$List.hashCode()", "twice($int)",
	},
	"long":   {"($long + $int)", "($long * $long)", "($long ^ $long)", "((long) ($double))", "Long.max($long, $int)", "($long >> $int)"},
	"double": {"($double + $int)", "($double / $double)", "Math.sqrt($double)", "((double) ($long))", "Double.parseDouble('' + $int)"},
	"boolean": {
		"($int < $int)", "($double >= $long)", "($def == $def)", "($String != $String)", "!($boolean)", "($boolean && $boolean)",
		"($boolean || $boolean)", "($def instanceof List)", "$List.contains($def)", "$Map.containsKey($String)", "$String.startsWith($String)",
		"$List.isEmpty()", "($boolean ^ $boolean)", "$List.stream().anyMatch(# -> # == $def)",
	},
	"String": {
		"($String + $def)", "$String.toUpperCase()", "$String.trim()", "$String.replace($String, $String)", "String.valueOf($double)",
		"String.join('-', ['a', $String])", "$Map.toString()", "($boolean ? $String : $String)", "$String.substring($int)",
		"new StringBuilder($String).reverse().toString()", "String.valueOf($List)",
	},
	"List": {
		"[$def, $def]", "new ArrayList($List)", "$List.subList(0, $int)", "$List.stream().filter(# -> # != null).collect(Collectors.toList())",
		"new ArrayList($Map.keySet())", "[$int, $long, $double]",
	},
	"Map": {"['k': $def]", "new HashMap($Map)", "[$String: $def, 'b': $List]"},
	"def": {
		"((def) $int)", "((def) $String)", "((def) $List)", "((def) $Map)", "((def) $double)", "((def) $long)", "((def) $boolean)",
		"$List[$int]", "$Map.get($String)", "($def ?: $def)", "$def?.x", "($def + $def)",
	},
}

func (g *generator) expression(typ string) string {
	if vars := g.vars[typ]; len(vars) > 0 && g.pick(3) == 0 {
		return vars[g.pick(len(vars))]
	}
	if g.depth > 4 || len(g.choices) == 0 || g.pick(3) == 0 {
		return g.one(leaves[typ]...)
	}
	g.depth++
	defer func() { g.depth-- }()
	return g.fill(g.one(formed[typ]...))
}

// fill puts expressions in place of $type.
func (g *generator) fill(form string) string {
	if strings.Contains(form, "#") {
		g.names++
		form = strings.ReplaceAll(form, "#", fmt.Sprintf("v%d", g.names))
	}
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(form, "$")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		for _, typ := range generatedTypes {
			if after, ok := strings.CutPrefix(rest, typ); ok {
				x := g.expression(typ)
				if strings.HasPrefix(after, ".") || strings.HasPrefix(after, "[") || strings.HasPrefix(after, "?") {
					x = "(" + x + ")"
				}
				b.WriteString(x)
				form = after
				break
			}
		}
	}
}

func (g *generator) block() string {
	outer := make(map[string][]string, len(g.vars))
	for typ, names := range g.vars {
		outer[typ] = slices.Clip(names)
	}
	var b strings.Builder
	for range 1 + g.pick(4) {
		b.WriteString(g.statement())
	}
	g.vars = outer
	return "{ " + b.String() + "} "
}

func (g *generator) statement() string {
	g.depth++
	defer func() { g.depth-- }()
	typ := generatedTypes[g.pick(len(generatedTypes))]
	g.names++
	name := fmt.Sprintf("v%d", g.names)
	switch kind := g.pick(10); {
	case kind == 0 && g.depth < 4:
		return g.fill("if ($boolean) ") + g.block() + "else " + g.block()
	case kind == 1 && g.depth < 4:
		return fmt.Sprintf("for (%s < %d; %s++) ", g.counter(name), g.pick(20), name) + g.round()
	case kind == 2 && g.depth < 4:
		return g.fill("for (def "+name+" : new ArrayList($List)) ") + g.round()
	case kind == 3 && g.depth < 4:
		return "try " + g.block() + "catch (Exception e) { ctx.caught = e.getMessage(); } "
	case kind == 4 && g.depth < 4:
		return g.characters(name)
	case kind == 5:
		return g.fill("ctx." + g.one("a", "b", "event.c") + " = $" + g.one("int", "String", "double", "boolean", "long") + "; ")
	case kind == 6:
		return g.fill("ctx.list = new ArrayList($List); ctx.list.add($int); ")
	case kind == 7 && len(g.vars[typ]) > 0:
		return g.fill(g.vars[typ][g.pick(len(g.vars[typ]))] + " = $" + typ + "; ")
	}
	out := g.fill(typ + " " + name + " = $" + typ + "; ")
	g.vars[typ] = append(g.vars[typ], name)
	return out
}

// round is the body of a loop.
func (g *generator) round() string {
	if g.noisy {
		return "{ new ArrayList(); " + strings.TrimPrefix(g.block(), "{ ")
	}
	return g.block()
}

// characters is a loop over a text.
func (g *generator) characters(name string) string {
	text := g.one("ctx.event.action", "ctx.path", "ctx.event.nothing", "ctx.nothing?.x", "ctx.tags", "ctx['event.action']", "ctx.event['action']")
	if vars := g.vars["String"]; len(vars) > 0 {
		text = g.one(text, vars[g.pick(len(vars))])
	}
	inside := ""
	if g.pick(2) == 0 {
		inside = "if (true) " + g.round()
	}
	if g.noisy {
		inside += "new ArrayList(); "
	}
	r := strings.NewReplacer("#", name, "$", text)
	sum := g.one("#n += $.charAt(#) + $.length();", "#n = #n + # + 1; #n -= 2;", "#n = # - #n; #n++;")
	first := g.counter("#")
	if g.pick(4) == 3 {
		first = "short # = 0; #"
	}
	return r.Replace(strings.TrimSuffix(g.counter("#n"), "#n")+"for ("+first+" < $.length(); #++) { ") + inside +
		r.Replace(sum+" if ($.charAt(#) == (char) 'a') { break; } } ctx.sum = #n; ")
}

// counter declares a variable to count with.
func (g *generator) counter(name string) string {
	typ, zero := g.one("int", "def"), "0"
	if g.noisy {
		zero = "(int) 0"
	}
	return typ + " " + name + " = " + zero + "; " + name
}

func (g *generator) script() string {
	var b strings.Builder
	b.WriteString("int twice(int x) { x * 2 } ")
	for range 3 + g.pick(8) {
		b.WriteString(g.statement())
	}
	return b.String() + g.fill("return $def;")
}

// FuzzWellTyped runs scripts whose types are right. They compile, end within their
// budgets, and do the same on every run: with the same result or exception, and
// the same document.
func FuzzWellTyped(f *testing.F) {
	f.Add([]byte{})
	for seed := range 200 {
		choices := make([]byte, 120)
		state := uint32(seed)*2654435761 + 1
		for i := range choices {
			state = state*1664525 + 1013904223
			choices[i] = byte(state >> 24)
		}
		f.Add(choices)
	}
	f.Fuzz(func(t *testing.T, choices []byte) {
		choices = choices[:min(len(choices), 400)]
		g := &generator{choices: choices, vars: make(map[string][]string)}
		src := g.script()
		s, err := CompileScript(src, Settings{})
		require.NoError(t, err, src)
		first := wholeOutcome(t, s, typicalEvent)
		assert.Equal(t, first, wholeOutcome(t, s, typicalEvent), src)

		g = &generator{choices: choices, vars: make(map[string][]string), noisy: true}
		noisy := strings.ReplaceAll(g.script(), ".stream()", ".stream().sequential()")
		s, err = CompileScript(noisy, Settings{})
		require.NoError(t, err, noisy)
		assert.Equal(t, first, wholeOutcome(t, s, typicalEvent), src)

		g = &generator{choices: choices, vars: make(map[string][]string)}
		conditionIsScript(t, g.expression("boolean"))
	})
}

// wholeOutcome is outcome with the result and the document.
func wholeOutcome(t *testing.T, s *Script, doc string) string {
	t.Helper()
	d := newDocument(t, doc)
	result, err := s.evaluate(d)
	if err != nil {
		require.ErrorAs(t, err, new(*RuntimeError))
		require.NotContains(t, err.Error(), "internal error")
		return "error " + err.Error()
	}
	return result.Text() + " " + string(document.MapOf(d.Source()).AppendJSON(nil))
}

// conditionIsScript compares a condition with a script that returns the same.
func conditionIsScript(t *testing.T, x string) {
	t.Helper()
	if strings.Contains(x, "twice(") {
		return
	}
	c, err := CompileCondition(x)
	require.NoError(t, err, x)
	s, err := CompileScript("boolean x = "+x+"; return x", Settings{})
	require.NoError(t, err, x)
	holds, err := c.Eval(newDocument(t, typicalEvent))
	result, scriptErr := s.evaluate(newDocument(t, typicalEvent))
	if comparesCollections(x) || mutates(err, scriptErr) {
		return
	}
	require.Equal(t, scriptErr == nil, err == nil, "%s: %v, but the script %v", x, err, scriptErr)
	if err == nil {
		assert.Equal(t, result.Bool(), holds, x)
	}
}

var (
	equality           = regexp.MustCompile(`==|!=|contains`)
	documentCollection = regexp.MustCompile(`ctx\.tags|ctx\['tags'\]|ctx\.event[^.?]`)
)

// comparesCollections reports whether the expression may compare a list or map of
// the document, which equals nothing in a condition, not even itself. What follows
// from that need not be the same, what is evaluated at all included.
func comparesCollections(x string) bool {
	return equality.MatchString(x) && documentCollection.MatchString(x)
}

// mutates reports whether the condition failed because it may change nothing.
func mutates(err, scriptErr error) bool {
	return err != nil && scriptErr == nil && strings.Contains(err.Error(), "not supported")
}

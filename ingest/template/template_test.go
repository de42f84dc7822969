package template_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sluice-otel/sluice/ingest/document"
	"github.com/sluice-otel/sluice/ingest/jackson"
	"github.com/sluice-otel/sluice/ingest/template"
)

const event = `{
	"source": {"ip": "10.0.0.1", "port": 8080, "geo": null, "nat": {}},
	"message": "say \"hi\"\\\n\t\u0001\u007fé",
	"tags": ["a", "b"],
	"empty": [], "blank": "", "no": false, "yes": true, "zero": 0,
	"ratio": 1e10, "nested": [["x", "y"], {"k": null}],
	"users": [{"name": "ada", "roles": ["r1", "r2"]}, {"name": "bob", "source": "own"}],
	"dotted.key": "literal", "dotted": {"key": "path", "size": 7},
	"size": "own", "#x": "odd"
}`

func newDocument(t testing.TB) *document.Document {
	t.Helper()
	d := document.New(time.Date(2024, 5, 6, 7, 8, 9, 123e6, time.UTC))
	v, err := jackson.Parse(d, event)
	require.NoError(t, err)
	for k, item := range v.Map().All() {
		d.Source().Put(k, item)
	}
	d.Metadata().Put("_index", document.String("logs-x-default"))
	d.Ingest().Put("_value", document.String("item"))
	d.Ingest().Put("on_failure_message", document.String("bad \"x\""))
	return d
}

func TestExecute(t *testing.T) {
	for _, tt := range []struct{ src, want string }{
		{"", ""},
		{"no template\r\n", "no template\r\n"},
		{"{{{source.ip}}}", "10.0.0.1"},
		{"{{&source.ip}}:{{& source.port }}", "10.0.0.1:8080"},
		{"a{{ source.ip }}b", "a10.0.0.1b"},
		{"{{message}}", `say \"hi\"\\\n\t\u0001` + "\u007fé"},
		{"{{{message}}}", "say \"hi\"\\\n\t\u0001\u007fé"},
		{"x{{missing}}{{source.geo}}{{source.geo.city}}{{source.ip.more}}y", "xy"},
		{"{{_index}} {{_ingest._value}} {{{_ingest.on_failure_message}}}", `logs-x-default item bad "x"`},
		{"{{_ingest.timestamp}}", "2024-05-06T07:08:09.123Z"},
		{"{{_source.source.ip}}", "10.0.0.1"},
		{"{{tags.0}}{{tags.1}}{{tags.2}}{{tags.-1}}{{tags.x}}", "ab"},
		{"{{tags}} {{empty}}", "{0=a, 1=b} {}"},
		{"{{nested}}", "{0=[x, y], 1={k=null}}"},
		{"{{tags.size}} {{dotted.size}} {{missing.size}}", "2 7 "},
		{"{{ratio}} {{yes}} {{zero}}", "1.0E10 true 0"},
		{"{{source.nat}}", "{}"},
		{"{{dotted.key}}", "literal"},
		{"{{! a comment }}x{{!}}", "x"},
		{"{{#yes}}t{{/yes}}{{#no}}f{{/no}}{{#zero}}0{{/zero}}{{#blank}}e{{/blank}}{{#missing}}m{{/missing}}", "t0"},
		{"{{^yes}}t{{/yes}}{{^no}}f{{/no}}{{^blank}}e{{/blank}}{{^missing}}m{{/missing}}{{^empty}}[]{{/empty}}", "fem[]"},
		{"{{#tags}}<{{.}}>{{/tags}}", "<a><b>"},
		{"{{#users}}{{name}}@{{source.ip}};{{/users}}", "ada@10.0.0.1;bob@;"},
		{"{{#users}}{{#roles}}{{name}}-{{.}} {{tags.1}},{{/roles}}{{/users}}", "ada-r1 b,ada-r2 b,"},
		{"{{#nested}}{{.}};{{/nested}}", "{0=x, 1=y};{k=null};"},
		{"{{#source}}{{ip}}:{{port}}{{/source}}", "10.0.0.1:8080"},
		{"{{#source.ip}}{{.}}{{/source.ip}}", "10.0.0.1"},
		{"a{{{#source.ip}}}b{{{/source.ip}}}c", "abc"},
		{"{{{#x}}}", "odd"},
		{"{{ #yes }}", ""},
		{"{{#tags}}\n- {{.}}\n{{/tags}}\nend\n", "- a\n- b\nend\n"},
		{"a\r\n{{zero}}\n", "a\n0\n"},
		{"{{...}}", ""},
		{"{{#toJson}}users{{/toJson}}", `[{"name":"ada","roles":["r1","r2"]},{"name":"bob","source":"own"}]`},
		{"{{#toJson}}source.ip{{/toJson}} {{#tojson}}ratio{{/tojson}}", "10.0.0.1 1.0E10"},
		{"<{{#toJson}}missing{{/toJson}}{{#toJson}}{{tags}}{{/toJson}}>", "<>"},
		{"{{#users}}{{#toJson}}roles{{/toJson}}{{/users}}", `["r1","r2"]`},
		{"{{#join}}tags{{/join}} {{#join delimiter=' or '}}tags{{/join delimiter=' or '}}", "a,b a or b"},
		{"{{#join}}empty{{/join}}{{#join}}missing{{/join}}{{#join}}yes{{/join}}", "yes"},
		{"{{#url}}{{{source.ip}}}/{{{message}}}?é {{/url}}!", "10.0.0.1%2Fsay+%22hi%22%5C%0A%09%01%7F%C3%A9%3F%C3%A9+!"},
		{"single { and } and }}{{zero}}", "single { and } and }}0"},
		{"{{a\u00a0}}", ""},
	} {
		t.Run(tt.src, func(t *testing.T) {
			tmpl, err := template.Compile(tt.src)
			require.NoError(t, err)
			assert.Equal(t, tt.want, tmpl.Execute(newDocument(t)))
		})
	}
}

func TestStatic(t *testing.T) {
	for src, want := range map[string]bool{
		"": true, "plain": true, "{{!only a comment}}": true, "a{{! x }}b": true, "{{x}}": false,
	} {
		tmpl, err := template.Compile(src)
		require.NoError(t, err)
		text, static := tmpl.Static()
		assert.Equal(t, want, static, "static %q", src)
		if static {
			assert.Equal(t, tmpl.Execute(newDocument(t)), text)
		}
	}
}

func TestSyntaxErrors(t *testing.T) {
	for src, want := range map[string]string{
		"ab{{x":                            "template 1:3: tag is not closed, }} is missing",
		"é\né{{x":                          "template 2:2: tag is not closed, }} is missing",
		"{{}}":                             "template 1:1: tag is empty",
		"{{ }}":                            "template 1:1: tag is empty",
		"{{{}}}":                           "template 1:1: tag is empty",
		"{{{x}}":                           "template 1:1: tag is opened by {{{ but not closed by }}}",
		"{{{x}} }":                         "template 1:1: tag is opened by {{{ but not closed by }}}",
		"{{#x}}y":                          "template 1:1: section [x] is not closed",
		"{{/x}}":                           "template 1:1: section [x] ends here but was not opened",
		"{{#x}}{{/y}}":                     "template 1:7: section [y] ends where [x] was opened",
		"{{#x}}{{^y}}{{/x}}":               "template 1:13: section [x] ends where [y] was opened",
		"{{> other}}":                      "template 1:1: partials are not supported",
		"{{=<% %>=}}":                      "template 1:1: delimiter changes are not supported",
		"a {{#join}}{{/join}}":             "template 1:3: Mustache function [join] must contain one and only one identifier",
		"{{#toJson}}{{a}}{{b}}{{/toJson}}": "template 1:1: Mustache function [toJson] must contain one and only one identifier",
		"{{#join delimiter='a'}}x{{/join delimiter='b'}}":           "template 1:25: section [join delimiter='b'] ends where [join delimiter='a'] was opened",
		strings.Repeat("{{#a}}", 65) + strings.Repeat("{{/a}}", 65): "template 1:385: sections are nested deeper than 64 levels",
	} {
		_, err := template.Compile(src)
		require.EqualError(t, err, want, "compile %q", src)
	}
}

func TestMediaTypes(t *testing.T) {
	for name, want := range map[string]string{
		"application/json":                  `say \"hi\"\\\n\t\u0001` + "\u007fé 8080",
		"text/plain":                        "say \"hi\"\\\n\t\u0001\u007fé 8080",
		"application/x-www-form-urlencoded": "say+%22hi%22%5C%0A%09%01%7F%C3%A9 8080",
	} {
		media, err := template.ParseMediaType(name)
		require.NoError(t, err)
		tmpl, err := template.CompileAs("{{message}} {{source.port}}", media)
		require.NoError(t, err)
		assert.Equal(t, want, tmpl.Execute(newDocument(t)), name)
	}
	_, err := template.ParseMediaType("text/html")
	require.EqualError(t, err, "media type [text/html] is none of application/json, text/plain, application/x-www-form-urlencoded")
}

func TestValueTemplate(t *testing.T) {
	d := newDocument(t)
	for src, want := range map[string]string{
		`"plain"`:                      `"plain"`,
		`12`:                           `12`,
		`null`:                         `null`,
		`"{{{source.ip}}}"`:            `"10.0.0.1"`,
		`["{{source.port}}", 1, true]`: `["8080",1,true]`,
		`{"a": {"b": ["{{_index}}", null]}, "{{tags.0}}!": "v"}`: `{"a":{"b":["logs-x-default",null]},"a!":"v"}`,
	} {
		in, err := jackson.Parse(d, src)
		require.NoError(t, err)
		vt, err := template.CompileValue(in)
		require.NoError(t, err)
		assert.Equal(t, want, string(vt.Execute(d).AppendJSON(nil)), src)
	}
}

func TestValueTemplateCopies(t *testing.T) {
	d := newDocument(t)
	in, err := jackson.Parse(d, `{"a": []}`)
	require.NoError(t, err)
	vt, err := template.CompileValue(in)
	require.NoError(t, err)
	first := vt.Execute(d)
	inner, _ := first.Map().Get("a")
	inner.List().Append(document.String("changed"))
	assert.JSONEq(t, `{"a":[]}`, string(vt.Execute(d).AppendJSON(nil)))
	assert.JSONEq(t, `{"a":[]}`, string(in.AppendJSON(nil)))
}

func TestValueTemplateErrorsSayWhere(t *testing.T) {
	d := newDocument(t)
	in, err := jackson.Parse(d, `{"a": ["x", "{{y"]}`)
	require.NoError(t, err)
	_, err = template.CompileValue(in)
	require.EqualError(t, err, `key "a": item 1: template 1:1: tag is not closed, }} is missing`)
	var syntax *template.SyntaxError
	require.ErrorAs(t, err, &syntax)
}

func TestAllocations(t *testing.T) {
	if underRace {
		t.Skip("the race detector lets pools allocate")
	}
	d := newDocument(t)
	for src, ceiling := range map[string]float64{
		"static":                                    0,
		"{{{source.ip}}}":                           0,
		"{{source.ip}}:{{source.port}}":             1,
		"x {{message}} {{tags}}":                    1,
		"{{#tags}}{{.}}{{/tags}}{{_ingest._value}}": 1,
	} {
		tmpl, err := template.Compile(src)
		require.NoError(t, err)
		tmpl.Execute(d)
		got := testing.AllocsPerRun(100, func() { tmpl.Execute(d) })
		assert.LessOrEqual(t, got, ceiling, "allocations of %q", src)
	}
	vt, err := template.CompileValue(document.String("x"))
	require.NoError(t, err)
	assert.Zero(t, testing.AllocsPerRun(100, func() { vt.Execute(d) }))
}

func FuzzCompile(f *testing.F) {
	for _, seed := range []string{"{{{a}}}", "{{#a}}{{.}}{{/a}}\n", "{{^a}}{{b.size}}{{/a}}", "{{! }}", "{{&x}}{{ y }}", "{{{#x}}}"} {
		f.Add(seed)
	}
	d := newDocument(f)
	f.Fuzz(func(t *testing.T, src string) {
		tmpl, err := template.Compile(src)
		if err != nil {
			return
		}
		first := tmpl.Execute(d)
		if text, ok := tmpl.Static(); ok && text != first {
			t.Fatalf("static %q renders %q", text, first)
		}
		if again := tmpl.Execute(d); again != first {
			t.Fatalf("renders %q, then %q", first, again)
		}
	})
}

func BenchmarkExecute(b *testing.B) {
	d := newDocument(b)
	for name, src := range map[string]string{
		"raw variable":  "{{{source.ip}}}",
		"concatenation": "{{{source.ip}}}:{{{source.port}}}",
		"escaped":       "{{message}}",
		"section":       "{{#users}}{{name}},{{/users}}",
	} {
		tmpl, err := template.Compile(src)
		require.NoError(b, err)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				tmpl.Execute(d)
			}
		})
	}
}

func ExampleTemplate_Execute() {
	d := document.New(time.Time{})
	_ = d.Set(document.MustPath("source.ip"), document.String("10.0.0.1"))
	t, err := template.Compile("from {{{source.ip}}}")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(t.Execute(d))
	// Output: from 10.0.0.1
}

func ExampleCompile_error() {
	_, err := template.Compile("processor {{{ _ingest.on_failure_processor_tag }}")
	fmt.Println(err)
	// Output: template 1:11: tag is opened by {{{ but not closed by }}}
}

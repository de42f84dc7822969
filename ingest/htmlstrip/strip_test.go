package htmlstrip_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/sluice-otel/sluice/ingest/htmlstrip"
)

// The results are those of Lucene 9.12 for the same texts.
func TestStrip(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"inline elements leave nothing", `<b>bold</b> <A HREF="x">link</a>!`, "bold link!"},
		{"other tags become a line feed", "<p>a<br>b<br/>c</br>d</ p >e< div class=x >", "\na\nb\nc\nd\ne\n"},
		{"a value may hold brackets", `a<i title="x > y" alt='<'>b`, "ab"},
		{"the longest tag counts", `<p a="1>2" b>c`, "\nc"},
		{"an escaped quote may end a value or not", `<p a="1\" 2>3">4`, "\n4"},
		{"what only looks like a tag stays", "a < b <1> <> </> <e'x> <b/x> >", "a < b <1> <> </> <e'x> <b/x> >"},
		{"a name at the end is a tag cut off", "<i>a</i><b", "a"},
		{"scripts and styles go with their text", "a<script x=1>if (a</b>c) </ SCRIPT >b<style>x<!--</style>--></style>c", "a\nb\nc"},
		{"a script that does not end hides the rest", "a<script>b>c", "a"},
		{"comments go with what they include", `a<!-- > <!--#include file="-->" --> b -->c<!DOCTYPE html>d<?xml ?>e<?x>`, "acde<?x>"},
		{"CDATA is text", "<![CDATA[<p>&amp;]]>&amp;<p>", "<p>&amp;&\n"},
		{"character references", "&lt;&nbsp;&eacute;&#65;&#x1F600;&#xD83D;&#xDE00;&#xD800;&bogus;&amp x<p>", "< éA😀😀\uFFFD&bogus;&amp x\n"},
		{"a reference may end the text without its semicolon", "<p>&copy", "\n©"},
		{"without a tag nothing is done", "a < b &amp; c", "a < b &amp; c"},
	} {
		t.Run(c.name, func(t *testing.T) { assert.Equal(t, c.want, htmlstrip.Strip(c.in)) })
	}
}

// Each of these would take hours if every < looked for the end of its tag.
func TestTimeIsBounded(t *testing.T) {
	const size = 1 << 20
	for _, part := range []string{`<a x='\'`, "<?", "<!--#'", "<script></", "< ", "<a b=\"", "&#"} {
		text := "<i>" + strings.Repeat(part, size/len(part))
		assert.LessOrEqual(t, len(htmlstrip.Strip(text)), len(text), part)
	}
}

func FuzzStrip(f *testing.F) {
	for _, seed := range []string{
		`<p a="b>c" 'd'>e</p>`, "<!-- <!--#x '-->' -->--><![CDATA[x]]>", "<script>a<!--'</script>'--></script>", "&#xD83D;&#xDE00;&amp<b>", "<é><b\xff>",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		assert.LessOrEqual(t, len(htmlstrip.Strip(text)), len(text))
	})
}

func BenchmarkStrip(b *testing.B) {
	text := strings.Repeat(`<div class="entry"><a href="/a?b=c">A title &amp; more</a><br/>Some text of the <b>entry</b>.</div>`, 20)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		htmlstrip.Strip(text)
	}
}

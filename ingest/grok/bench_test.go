package grok_test

import (
	"testing"

	"github.com/sluice-otel/sluice/ingest/grok"
)

// missLine has the length of an access line and is none.
const missLine = `May 17 10:05:03 web-1 kernel: [UFW BLOCK] IN=eth0 OUT= MAC=00:16:3e:5e:6c:00:00:16:3e:0e:21:9c:08:00 SRC=203.0.113.7 DST=198.51.100.23 LEN=40 TOS=0x00 PREC=0x00 TTL=244 ID=54321 PROTO=TCP SPT=45879 DPT=8080 WINDOW=1024 RES=0x00 SYN URGP=0 MARK=0x0 and some more text to make the line as long as that`

func benchmark(b *testing.B, text string, want bool, patterns ...string) {
	b.Helper()
	g, err := grok.Compile(patterns, grok.Settings{})
	if err != nil {
		b.Fatal(err)
	}
	var m grok.Match
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if found, err := g.Match(text, &m); err != nil || found != want {
			b.Fatal(found, err)
		}
	}
}

func BenchmarkAccessLine(b *testing.B)     { benchmark(b, accessLine, true, "%{COMBINEDAPACHELOG}") }
func BenchmarkAccessLineMiss(b *testing.B) { benchmark(b, missLine, false, "%{COMBINEDAPACHELOG}") }

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

// twenty are patterns as pipelines list them for one kind of log.
var twenty = []string{
	`^%{IPORHOST:source.address} - %{DATA:user.name} \[%{HTTPDATE:time}\] "%{DATA:request}" %{NUMBER:status:long} %{NUMBER:bytes:long}`,
	`^%{TIMESTAMP_ISO8601:time}%{SPACE}%{LOGLEVEL:log.level}%{SPACE}\[%{DATA:thread}\] %{GREEDYDATA:message}`,
	`^\[%{HTTPDERROR_DATE:time}\] \[%{LOGLEVEL:log.level}\] %{GREEDYDATA:message}`,
	`^%{SYSLOGTIMESTAMP:time} %{SYSLOGHOST:host} sshd\[%{POSINT:pid}\]: Accepted %{WORD:method} for %{USER:user} from %{IP:ip} port %{NUMBER:port}`,
	`^%{SYSLOGTIMESTAMP:time} %{SYSLOGHOST:host} sshd\[%{POSINT:pid}\]: Failed %{WORD:method} for (invalid user )?%{USER:user} from %{IP:ip}`,
	`^%{SYSLOGTIMESTAMP:time} %{SYSLOGHOST:host} sudo(?:\[%{POSINT:pid}\])?: \s*%{USER:user} : %{GREEDYDATA:message}`,
	`^%{SYSLOGTIMESTAMP:time} %{SYSLOGHOST:host} CRON\[%{POSINT:pid}\]: \(%{USER:user}\) CMD \(%{DATA:command}\)`,
	`^%{SYSLOGTIMESTAMP:time} %{SYSLOGHOST:host} systemd\[%{POSINT:pid}\]: Started %{GREEDYDATA:unit}\.$`,
	`^%{SYSLOGTIMESTAMP:time} %{SYSLOGHOST:host} dhclient\[%{POSINT:pid}\]: %{WORD:action} on %{WORD:interface} to %{IP:ip}`,
	`^%{SYSLOGTIMESTAMP:time} %{SYSLOGHOST:host} postfix/%{WORD:daemon}\[%{POSINT:pid}\]: %{WORD:id}: %{GREEDYDATA:message}`,
	`^%{SYSLOGTIMESTAMP:time} %{SYSLOGHOST:host} named\[%{POSINT:pid}\]: client %{IP:ip}#%{POSINT:port}: %{GREEDYDATA:message}`,
	`^%{SYSLOGTIMESTAMP:time} %{SYSLOGHOST:host} nginx: %{GREEDYDATA:message}`,
	`^%{SYSLOGTIMESTAMP:time} %{SYSLOGHOST:host} haproxy\[%{POSINT:pid}\]: %{IP:ip}:%{POSINT:port} \[%{DATA:date}\] %{GREEDYDATA:message}`,
	`%{CISCOTAG:tag}: %{WORD:action} %{WORD:protocol} connection %{NUMBER:id} for %{GREEDYDATA:message}`,
	`type=%{WORD:type} msg=audit\(%{NUMBER:epoch}:%{NUMBER:counter}\): %{GREEDYDATA:message}`,
	`^\{"time":"%{DATA:time}","level":"%{WORD:level}"`,
	`%{JAVACLASS:class}\.%{JAVAMETHOD:method}\(%{JAVAFILE:file}(?::%{NUMBER:line})?\)`,
	`^%{NUMBER:epoch}\s+%{NUMBER:duration}\s%{IP:client}\s%{WORD:result}/%{NONNEGINT:status}`,
	`^<%{NONNEGINT:priority}>%{GREEDYDATA:message}`,
	`user=%{QS:user} action=%{WORD:action} result=%{WORD:result}$`,
}

func BenchmarkTwentyPatternsMiss(b *testing.B) { benchmark(b, missLine, false, twenty...) }

func BenchmarkCompile(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := grok.Compile([]string{"%{COMBINEDAPACHELOG}"}, grok.Settings{}); err != nil {
			b.Fatal(err)
		}
	}
}

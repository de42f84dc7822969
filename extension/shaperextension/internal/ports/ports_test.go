package ports

import (
	"net"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

const collector = `
receivers:
  otlp:
    protocols:
      grpc: {endpoint: "localhost:4317", transport: tcp}
      http: {endpoint: "0.0.0.0:4318"}
  syslog:
    udp: {listen_address: "0.0.0.0:514", transport: udp}
  remote_write: {endpoint: "[::]:9090"}
  any: {endpoint: "localhost:0"}
  silent: {}
exporters:
  otlp: {endpoint: "backend:7777"}
extensions:
  health_check: {endpoint: "localhost:13133"}
service:
  telemetry:
    metrics:
      readers: [{pull: {exporter: {prometheus: {host: localhost, port: 8888}}}}]
`

func TestReceiversResolveToTheirPorts(t *testing.T) {
	var conf map[string]any
	require.NoError(t, yaml.Unmarshal([]byte(collector), &conf))
	own := []Port{{"tcp", 4317}, {"tcp", 4318}, {"tcp", 9090}, {"tcp", 13133}, {"tcp", 8888}, {"tcp", 40001}, {"udp", 514}, {"tcp", 7777}}
	for name, tc := range map[string]struct {
		receivers []string
		want      []Port
	}{
		"configured":                  {[]string{"otlp"}, []Port{{"tcp", 4317}, {"tcp", 4318}}},
		"several":                     {[]string{"remote_write", "otlp"}, []Port{{"tcp", 4317}, {"tcp", 4318}, {"tcp", 9090}}},
		"UDP":                         {[]string{"syslog"}, []Port{{"udp", 514}}},
		"a port that the kernel gave": {[]string{"any"}, []Port{{"tcp", 7777}, {"tcp", 40001}}},
		"says nothing":                {[]string{"silent"}, []Port{{"tcp", 7777}, {"tcp", 40001}}},
		"not there":                   {[]string{"other"}, []Port{{"tcp", 7777}, {"tcp", 40001}}},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, tc.want, Resolve(tc.receivers, conf, own))
		})
	}
}

func TestOwnSocketsAreFound(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	u, err := net.ListenPacket("udp", "127.0.0.1:0")
	require.NoError(t, err)
	defer u.Close()
	own := Listening()
	if len(own) == 0 {
		t.Skip("this system has no /proc/self/net")
	}
	assert.Contains(t, own, Port{"tcp", uint16(l.Addr().(*net.TCPAddr).Port)})
	assert.Contains(t, own, Port{"udp", uint16(u.LocalAddr().(*net.UDPAddr).Port)})
}

func TestSocketsOfOthersAreNotOurs(t *testing.T) {
	proc := fstest.MapFS{
		"fd/3":    {Data: []byte("socket:[100]"), Mode: 0o777 | 1<<27},
		"net/tcp": {Data: []byte("  sl  local_address rem_address   st …\n" + line("0100007F:10DD", "0A", "100") + line("0100007F:10DE", "0A", "101") + line("0100007F:10DF", "01", "100") + "short\n")},
	}
	assert.Equal(t, []Port{{"tcp", 0x10DD}}, listening(proc))
}

func line(local, state, inode string) string {
	return "   0: " + local + " 00000000:0000 " + state + " 00000000:00000000 00:00000000 00000000     0        0 " + inode + " 1 0 100 0\n"
}

func FuzzTable(f *testing.F) {
	f.Add(line("0100007F:10DD", "0A", "100"))
	f.Fuzz(func(_ *testing.T, table string) {
		listening(fstest.MapFS{"net/tcp6": {Data: []byte(table)}})
	})
}

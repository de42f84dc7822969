package peers

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sluice-otel/sluice/ingest"
	"github.com/sluice-otel/sluice/ingest/document"
	"github.com/sluice-otel/sluice/ingest/jackson"
)

// A job is a pipeline and the event that it is given, both as JSON.
type job struct{ name, pipeline, event string }

const accessEvent = `{"message":"203.0.113.9 - - [10/Oct/2025:13:55:36 +0000] \"GET /apache_pb.gif HTTP/1.0\" 200 2326 \"http://www.example.com/start.html\" \"Mozilla/4.08 [en] (Win98; I ;Nav)\""}`

var jobs = []job{
	{
		"set, date, condition",
		`{"processors":[{"set":{"field":"event.dataset","value":"shop.access"}},{"date":{"field":"time","formats":["ISO8601"]}},{"drop":{"if":"ctx.level == 'DEBUG'"}}]}`,
		`{"message":"GET /cart/7 HTTP/1.1 200","time":"2026-03-01T10:15:30.123Z","level":"INFO","http":{"request":{"method":"GET"},"response":{"status_code":200}},"source":{"ip":"203.0.113.9"}}`,
	},
	{
		"grok an access line",
		`{"processors":[{"grok":{"field":"message","patterns":["%{COMBINEDAPACHELOG}"]}},{"date":{"field":"timestamp","formats":["dd/MMM/yyyy:HH:mm:ss Z"]}},{"set":{"field":"event.dataset","value":"apache.access"}},{"convert":{"field":"response","type":"integer"}}]}`,
		accessEvent,
	},
	{
		"script that drops empty fields",
		`{"processors":[{"script":{"source":"boolean drop(Object o) { if (o == null || o == '') { return true } if (o instanceof Map) { ((Map) o).values().removeIf(v -> drop(v)); return ((Map) o).size() == 0 } if (o instanceof List) { ((List) o).removeIf(v -> drop(v)); return ((List) o).size() == 0 } return false } for (def k : new ArrayList(ctx.json.keySet())) { if (drop(ctx.json[k])) { ctx.json.remove(k) } }"}}]}`,
		`{"json":{"a":{"b":"","c":null,"d":{"e":""}},"f":["","x",null,{"g":""}],"h":1,"i":"text","j":{"k":{"l":{"m":"deep"}}},"n":[1,2,3],"o":""}}`,
	},
}

const ingestJobEnv = "INGEST_JOB"

// TestIngestJob is no test: BenchmarkIngestNode runs it as its own side. It speaks as
// IngestNode.java does.
func TestIngestJob(t *testing.T) {
	if os.Getenv(ingestJobEnv) == "" {
		t.Skip("it is a side of BenchmarkIngestNode")
	}
	in := bufio.NewReader(os.Stdin)
	line := func() string {
		text, err := in.ReadString('\n')
		require.NoError(t, err)
		return strings.TrimSuffix(text, "\n")
	}
	set, err := ingest.Compile([]ingest.Source{{Name: "p", Data: []byte(line())}})
	require.NoError(t, err)
	pipeline, _ := set.Pipeline("p")
	event, d := line(), document.New(time.Time{})
	var out []byte
	once := func() {
		d.Reset(time.Time{})
		v, err := jackson.Parse(d, event)
		if err == nil {
			d.SetSource(v.Map())
			err = pipeline.Run(d)
		}
		if err != nil {
			panic(err)
		}
		out = document.MapOf(d.Source()).AppendJSON(out[:0])
	}
	once()
	fmt.Println(string(out)) //nolint:forbidigo // it is what the benchmark reads
	for {
		if _, err := in.ReadString('\n'); err != nil {
			os.Exit(0)
		}
		before, start, n := used(), time.Now(), 0
		for time.Since(start) < time.Second {
			for range 100 {
				once()
			}
			n += 100
		}
		fmt.Printf("{\"documents\":%d,\"wall\":%d,\"cpu\":%d}\n", n, time.Since(start), used().CPU-before.CPU) //nolint:forbidigo // likewise
	}
}

// An ingester is a process that takes an event through a pipeline.
type ingester struct {
	name  string
	pid   int
	stdin io.Writer
	out   *bufio.Reader
	rates []float64
	cpus  []time.Duration
}

func startIngester(b *testing.B, name string, command *exec.Cmd, j job) *ingester {
	b.Helper()
	command.Stderr = os.Stderr
	stdin, err := command.StdinPipe()
	require.NoError(b, err)
	stdout, err := command.StdoutPipe()
	require.NoError(b, err)
	require.NoError(b, command.Start())
	b.Cleanup(func() {
		_ = stdin.Close()
		_ = command.Wait()
	})
	p := &ingester{name: name, pid: command.Process.Pid, stdin: stdin, out: bufio.NewReader(stdout)}
	_, err = fmt.Fprintf(stdin, "%s\n%s\n", j.pipeline, j.event)
	require.NoError(b, err)
	result := p.read(b)
	require.Contains(b, result, "{", name)
	return p
}

func (p *ingester) read(b *testing.B) string {
	b.Helper()
	line, err := p.out.ReadString('\n')
	require.NoError(b, err, p.name)
	return line
}

func (p *ingester) round(b *testing.B) {
	b.Helper()
	_, err := fmt.Fprintln(p.stdin)
	require.NoError(b, err)
	var did struct {
		Documents int
		Wall, CPU time.Duration
	}
	require.NoError(b, json.Unmarshal([]byte(p.read(b)), &did))
	p.rates = append(p.rates, float64(did.Documents)/did.Wall.Seconds())
	p.cpus = append(p.cpus, did.CPU/time.Duration(did.Documents))
}

// resident is the most memory that the process has had, in MiB.
func (p *ingester) resident(b *testing.B) string {
	b.Helper()
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.pid))
	require.NoError(b, err)
	_, rest, _ := strings.Cut(string(data), "VmHWM:")
	var kib int
	_, err = fmt.Sscan(rest, &kib)
	require.NoError(b, err)
	return fmt.Sprintf("%d MiB", kib>>10)
}

// opensearch compiles IngestNode.java with OpenSearch's libraries, which Maven fetches.
func opensearch(b *testing.B) (java, classes string) {
	b.Helper()
	for _, tool := range []string{"javac", "mvn"} {
		if _, err := exec.LookPath(tool); err != nil {
			b.Skipf("the ingest node needs a JDK of 17 or later and Maven: %v", err)
		}
	}
	cache, err := os.UserCacheDir()
	require.NoError(b, err)
	dir := filepath.Join(cache, "sluice", "ingest-node")
	lib := filepath.Join(dir, "lib")
	run := func(name string, args ...string) {
		out, err := exec.CommandContext(b.Context(), name, args...).CombinedOutput() //nolint:gosec // all of it is ours
		require.NoError(b, err, string(out))
	}
	if _, err := os.Stat(lib); err != nil {
		run("mvn", "-q", "-B", "-f", "java/pom.xml", "dependency:copy-dependencies", "-DoutputDirectory="+lib)
	}
	classes = filepath.Join(lib, "*") + ":" + dir
	run("javac", "-nowarn", "-cp", classes, "-d", dir, "java/IngestNode.java")
	return "java", classes
}

const (
	ingestWarmUp = 6 // seconds, in which the JVM compiles
	ingestRounds = 5
)

// BenchmarkIngestNode takes events from JSON to JSON through pipelines, in one thread, and so
// does OpenSearch's ingest node; five rounds of a second each in turn, after the JVM is warm.
func BenchmarkIngestNode(b *testing.B) {
	java, classes := opensearch(b)
	for _, j := range jobs {
		b.Run(j.name, func(b *testing.B) {
			own := exec.Command(os.Args[0], "-test.run", "^TestIngestJob$") //nolint:noctx,gosec // it ends with its input
			own.Env = append(os.Environ(), ingestJobEnv+"=1")
			node := exec.Command(java, "-Xmx512m", "-Dlog4j2.level=ERROR", "-Dlog4j2.disable.jmx=true", "-cp", classes, "IngestNode", b.TempDir()) //nolint:noctx,gosec // likewise
			peers := []*ingester{startIngester(b, "sluice", own, j), startIngester(b, "OpenSearch", node, j)}
			for range ingestWarmUp {
				peers[1].round(b)
			}
			peers[0].round(b)
			peers[0].rates, peers[0].cpus, peers[1].rates, peers[1].cpus = nil, nil, nil, nil
			b.ResetTimer()
			for range ingestRounds {
				for _, p := range peers {
					p.round(b)
				}
			}
			text := ""
			for _, p := range peers {
				text += fmt.Sprintf("\n  %-12s %10.0f documents/s %10v CPU a document, at most %s", p.name, middle(p.rates), middle(p.cpus), p.resident(b))
			}
			b.ReportMetric(middle(peers[0].rates)/middle(peers[1].rates), "times-OpenSearch")
			b.Log(text)
		})
	}
}

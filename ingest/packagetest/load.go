package packagetest

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// A Test is one case file of a data stream.
type Test struct {
	Package    string // name of the integration package
	DataStream string
	Name       string // the case file's name

	file   string // the case file
	stream string // folder of the data stream
}

// String returns package/data_stream/name.
func (t *Test) String() string { return t.Package + "/" + t.DataStream + "/" + t.Name }

// Find returns the tests of all packages below dir, sorted by name.
func Find(dir string) ([]*Test, error) {
	var out []*Test
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !isCase(path) {
			return err
		}
		stream := filepath.Join(filepath.Dir(path), "..", "..", "..")
		out = append(out, &Test{
			Package:    filepath.Base(filepath.Join(stream, "..", "..")),
			DataStream: filepath.Base(stream),
			Name:       filepath.Base(path),
			file:       path,
			stream:     stream,
		})
		return nil
	})
	slices.SortFunc(out, func(a, b *Test) int { return strings.Compare(a.String(), b.String()) })
	return out, err
}

func isCase(path string) bool {
	if !strings.HasSuffix(filepath.ToSlash(filepath.Dir(path)), "_dev/test/pipeline") {
		return false
	}
	ext := filepath.Ext(path)
	return (ext == ".log" || ext == ".json") && !strings.HasSuffix(path, "-expected.json")
}

// events returns the raw events of the case: the "events" of a .json file, or
// one {"message": line} per line, lines joined as multiline says.
func (t *Test) events(c *config) ([]json.RawMessage, error) {
	data, err := os.ReadFile(t.file)
	if err != nil {
		return nil, err
	}
	if filepath.Ext(t.file) == ".json" {
		var file struct{ Events []json.RawMessage }
		err := json.Unmarshal(data, &file)
		return file.Events, err
	}
	lines, err := splitLines(string(data), c.Multiline.FirstLinePattern)
	out := make([]json.RawMessage, len(lines))
	for i, line := range lines {
		out[i], _ = json.Marshal(map[string]string{"message": line}) //nolint:errchkjson // strings always marshal
	}
	return out, err
}

func splitLines(text, firstLine string) ([]string, error) {
	first, err := regexp.Compile(firstLine)
	if err != nil {
		return nil, err
	}
	var out []string
	scanner := bufio.NewScanner(strings.NewReader(text))
	scanner.Buffer(nil, 16<<20)
	for scanner.Scan() {
		line := scanner.Text()
		if firstLine == "" || first.MatchString(line) || len(out) == 0 {
			out = append(out, line)
			continue
		}
		out[len(out)-1] += "\n" + line
	}
	return out, scanner.Err()
}

// expected returns the expected documents; nil is a dropped event.
func (t *Test) expected() ([]map[string]any, error) {
	data, err := os.ReadFile(t.file + "-expected.json")
	if err != nil {
		return nil, err
	}
	var file struct{ Expected []map[string]any }
	dec := json.NewDecoder(strings.NewReader(string(data)))
	dec.UseNumber()
	if err := dec.Decode(&file); err != nil {
		return nil, fmt.Errorf("read %s-expected.json: %w", t.file, err)
	}
	return file.Expected, nil
}

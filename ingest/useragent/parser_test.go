package useragent_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sluice-otel/sluice/ingest/useragent"
)

const chrome = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36"

func TestAFileMayReplaceTheBuiltInExpressions(t *testing.T) {
	path := filepath.Join(t.TempDir(), "regexes.yml")
	require.NoError(t, os.WriteFile(path, []byte("user_agent_parsers: [{regex: '(Win)dows NT (\\d+)'}]"), 0o600))
	p, err := useragent.NewLibrary("", path).Get("")
	require.NoError(t, err)
	a, err := p.Parse(chrome)
	require.NoError(t, err)
	assert.Equal(t, &useragent.Product{Name: "Win", Version: "10", HasVersion: true}, a.Browser)
	assert.Nil(t, a.OS)
}

func TestAFileIsReadOnce(t *testing.T) {
	lib := useragent.NewLibrary("", "")
	a, err := lib.Get("")
	require.NoError(t, err)
	b, err := lib.Get("")
	require.NoError(t, err)
	assert.Same(t, a, b)
}

func TestWhatIsNoFileOfExpressions(t *testing.T) {
	dir := t.TempDir()
	for name, c := range map[string]struct{ content, want string }{
		"empty.yml":  {"", "not a valid regular expression file"},
		"list.yml":   {"[]", "cannot unmarshal"},
		"broken.yml": {"os_parsers: [{regex: '('}]", "regex (: "},
	} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(c.content), 0o600))
		_, err := useragent.NewLibrary(dir, "").Get(name)
		require.ErrorContains(t, err, c.want, name)
	}
	_, err := useragent.NewLibrary("", filepath.Join(dir, "nowhere.yml")).Get("")
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestALongTextIsLookedAtInPart(t *testing.T) {
	p, err := useragent.NewLibrary("", "").Get("")
	require.NoError(t, err)
	a, err := p.Parse(strings.Repeat("x ", 1<<20) + chrome)
	require.NoError(t, err)
	assert.Nil(t, a.OS)
}

// The expressions the expectations of integration packages were made with.
func TestTheExpressionsOfElasticPackage(t *testing.T) {
	data := os.Getenv("SLUICE_DATA")
	if data == "" {
		t.Skip("SLUICE_DATA does not name the folder of the test data")
	}
	p, err := useragent.NewLibrary(filepath.Join(data, "ingest", "useragent"), "").Get("regexes-0a7b5f3-2020-07.yaml")
	require.NoError(t, err)
	a, err := p.Parse("Mozilla/5.0 (Windows NT 10.0; rv:81.0) Gecko/20100101 Firefox/81.0")
	require.NoError(t, err)
	assert.Equal(t, "81.0.", a.Browser.Version)
}

func FuzzParse(f *testing.F) {
	p, err := useragent.NewLibrary("", "").Get("")
	require.NoError(f, err)
	f.Add(chrome)
	f.Add("Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X)\x00\xff")
	f.Fuzz(func(t *testing.T, text string) {
		a, err := p.Parse(text)
		if err == nil {
			assert.NotEmpty(t, a.DeviceType)
		}
	})
}

func BenchmarkParse(b *testing.B) {
	p, err := useragent.NewLibrary("", "").Get("")
	require.NoError(b, err)
	b.Run("seen", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, _ = p.Parse(chrome)
		}
	})
	b.Run("new", func(b *testing.B) {
		b.ReportAllocs()
		text := []byte(chrome)
		for i := 0; b.Loop(); i++ {
			copy(text[len(text)-4:], []byte{byte('0' + i%10), byte('0' + i/10%10), byte('0' + i/100%10), byte('0' + i/1000%10)})
			_, _ = p.Parse(string(text))
		}
	})
}

package painless

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// excluded has what an assertion contains that cannot be checked here.
var excluded = map[string]string{
	"FeatureTest":   "a class that exists in the tests of Elasticsearch only",
	"[i, j];":       "what is expected stands in a variable of the test",
	`(char)"cc"`:    "an exception is expected",
	`(char)'cc'`:    "an exception is expected",
	`"cc"; (char)s`: "an exception is expected",
	`'cc'; (char)s`: "an exception is expected",
	"\"\nstring\"":  "the expected text has an escape that scripts do not know",
	"/ciux.flags()": "CANON_EQ is no constant of scripts",
}

// TestAssertions runs assertions about scripts that the tests of Elasticsearch's
// own compiler make. What they expect is a Java expression, which is evaluated
// as a script, too.
func TestAssertions(t *testing.T) {
	file, err := os.Open(filepath.Join(os.Getenv("SLUICE_DATA"), "ingest/painless/assertions.jsonl"))
	if err != nil {
		t.Skip("SLUICE_DATA does not name the folder of the test data")
	}
	defer file.Close()
	passed, failed := 0, 0
	for scanner := bufio.NewScanner(file); scanner.Scan(); {
		var a map[string]string
		require.NoError(t, json.Unmarshal(scanner.Bytes(), &a))
		if isExcluded(a["script"]) {
			continue
		}
		if message := checkAssertion(t, a["script"], a["expected_java"]); message != "" {
			failed++
			t.Logf("%s: %s\n want %s: %s", a["file"], a["script"], a["expected_java"], message)
			continue
		}
		passed++
	}
	t.Logf("%d of %d assertions hold", passed, passed+failed)
	assert.Zero(t, failed)
	assert.Greater(t, passed, 2400)
}

func isExcluded(script string) bool {
	for text := range excluded {
		if strings.Contains(script, text) {
			return true
		}
	}
	return false
}

func checkAssertion(t *testing.T, script, want string) string {
	t.Helper()
	got, err := value(t, script)
	if err != nil {
		return err.Error()
	}
	expected, err := value(t, javaAsScript(want))
	if err != nil {
		return "expected: " + err.Error()
	}
	if !got.Equals(expected) {
		return "got " + javaClass(got) + " " + got.Text() + ", want " + javaClass(expected) + " " + expected.Text()
	}
	return ""
}

var asList = regexp.MustCompile(`^Arrays\.asList\((.*)\)$`)

// javaAsScript rewrites what Java and scripts write differently.
func javaAsScript(java string) string {
	if text, ok := strings.CutPrefix(java, "'"); ok && utf8.RuneCountInString(text) == 2 {
		return "(char)" + java
	}
	return strings.NewReplacer(`"\u8A00\u8A9E"`, `"言語"`, "Pattern.MULTILINE", "8", "Pattern.COMMENTS", "4",
		"Pattern.CASE_INSENSITIVE", "2", "Pattern.UNICODE_CASE", "64", "Pattern.UNICODE_CHARACTER_CLASS", "256",
		"Pattern.LITERAL", "16", "Pattern.DOTALL", "32").Replace(asList.ReplaceAllString(java, "[$1]"))
}

func value(t *testing.T, script string) (Value, error) {
	t.Helper()
	s, err := CompileScript(script, Settings{})
	if err != nil {
		return Value{}, err
	}
	return s.evaluate(newDocument(t, `{}`))
}

package elasticsearchexporter

import (
	"bytes"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAnswersAreRead(t *testing.T) {
	failed := `{"create":{"status":400,"error":{"type":"document_parsing_exception","reason":"[1:2] failed","caused_by":{"type":"illegal_argument_exception","reason":"why"}}}}`
	for name, c := range map[string]struct {
		text  string
		all   bool
		want  []int
		broke bool
	}{
		"all are well":               {text: `{"errors":false,"took":3,"items":[{"create":{"status":201}}]}`, all: true},
		"without items":              {text: `{"errors":false}`, all: true},
		"took first":                 {text: `{"took":3,"errors":true,"items":[{"create":{"status":201}},` + failed + `]}`, want: []int{201, 400}},
		"other fields before":        {text: `{"ingest_took":1,"x":{"items":[1]},"errors":true,"items":[` + failed + `]}`, want: []int{400}},
		"broken off in an item":      {text: `{"errors":true,"items":[{"create":{"status":201}},{"create":{"sta`, want: []int{201}, broke: true},
		"broken off between items":   {text: `{"errors":true,"items":[{"create":{"status":201}}`, want: []int{201}, broke: false},
		"broken off before them":     {text: `{"errors":fal`, broke: true},
		"no error, but no end":       {text: `{"errors":false,"items":[{"create":{"status":201}}`, want: []int{201}},
		"nothing":                    {text: ``, broke: true},
		"not JSON":                   {text: `<html>`, broke: true},
		"no items":                   {text: `{"errors":true}`, broke: true},
		"items of another kind":      {text: `{"errors":true,"items":"x"}`, broke: false},
		"the failure store was used": {text: `{"errors":false,"items":[{"create":{"status":201,"failure_store":"used"}}]}`, want: []int{201}},
	} {
		t.Run(name, func(t *testing.T) {
			got := readResults(strings.NewReader(c.text))
			assert.Equal(t, c.all, got.all)
			var statuses []int
			for _, r := range got.list {
				statuses = append(statuses, r.Status)
			}
			assert.Equal(t, c.want, statuses)
			assert.Equal(t, c.broke, got.err != nil, got.err)
		})
	}
}

func TestFateOfDocuments(t *testing.T) {
	exists := &failure{Type: conflict}
	for name, c := range map[string]struct {
		op     OpType
		result result
		want   fate
	}{
		"created":                          {OpCreate, result{Status: 201}, accepted},
		"replaced or dropped by pipeline":  {OpIndex, result{Status: 200}, accepted},
		"failure store":                    {OpCreate, result{Status: 201, FailureStore: "used"}, stored},
		"failure store that was not asked": {OpCreate, result{Status: 201, FailureStore: "not_applicable_or_unknown"}, accepted},
		"is there already":                 {OpCreate, result{Status: 409, Error: exists}, duplicate},
		"conflict of another kind":         {OpIndex, result{Status: 409, Error: exists}, refused},
		"mapping":                          {OpCreate, result{Status: 400}, refused},
		"no index":                         {OpCreate, result{Status: 404}, refused},
		"pipeline does not exist":          {OpCreate, result{Status: 500}, refused},
		"no answer":                        {OpCreate, result{unknown: errShort}, tryAgain},
		"busy":                             {OpCreate, result{Status: 429}, tryAgain},
		"shard not available":              {OpCreate, result{Status: 503}, tryAgain},
	} {
		assert.Equal(t, c.want, c.result.fate(c.op), name)
	}
}

func TestErrorsHaveTheirReason(t *testing.T) {
	for text, want := range map[string]string{
		`{"error":{"type":"a","reason":"b","caused_by":{"type":"c","reason":"d"}},"status":400}`: "a: b; caused by c: d",
		`{"error":"Incorrect HTTP method","status":405}`:                                         "error: Incorrect HTTP method",
		"<html>502 Bad Gateway</html>\n":                                                         "<html>502 Bad Gateway</html>",
		strings.Repeat("x", 300):                                                                 strings.Repeat("x", 200),
	} {
		assert.Equal(t, want, reasonOf([]byte(text)))
	}
}

func TestRetryAfterIsSecondsOrADate(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	c := &client{now: func() time.Time { return now }}
	for header, want := range map[string]time.Duration{
		"": 0, "7": 7 * time.Second, "-1": 0, "soon": 0, "86400": maxWait,
		now.Add(time.Minute).Format(http.TimeFormat): time.Minute,
		now.Add(-time.Hour).Format(http.TimeFormat):  0,
	} {
		assert.Equal(t, want, c.retryAfter(header), header)
	}
}

// An answer comes from elsewhere: whatever it is, it is read without a panic, and
// never says more of documents than it has items.
func FuzzReadResults(f *testing.F) {
	f.Add([]byte(`{"errors":true,"items":[{"create":{"status":201}},{"index":{"status":400,"error":{"type":"a","reason":"b"}}}]}`))
	f.Add([]byte(`{"errors":false,"took":1}`))
	f.Add([]byte(`{"items":[{}]}`))
	f.Add([]byte(`{"errors":true,"items":[{"a":{"status":1},"b":{"status":2}}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		got := readResults(bytes.NewReader(text))
		require.False(t, got.all && len(got.list) > 0)
		for i := range got.list {
			r := got.of(i)
			require.NoError(t, r.unknown)
			_ = r.fate(OpCreate)
			_ = r.failure().String()
		}
		require.LessOrEqual(t, len(got.list), bytes.Count(text, []byte("{")))
	})
}

package redisstreamsreceiver

import (
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// reply writes a reply of version 2 with one element a word: $text stands for a
// bulk string, other words are lines.
func reply(words string) []byte {
	var b strings.Builder
	for w := range strings.FieldsSeq(words) {
		if text, ok := strings.CutPrefix(w, "$"); ok && !strings.HasPrefix(text, "-") {
			b.WriteString("$" + itoa(len(text)) + "\r\n" + text + "\r\n")
			continue
		}
		b.WriteString(w + "\r\n")
	}
	return []byte(b.String())
}

func itoa(n int) string { return string(rune('0' + n)) }

func TestRepliesOfReadsAreParsed(t *testing.T) {
	for name, tc := range map[string]struct {
		reply string
		want  []entry
	}{
		"nothing":         {reply: "*-1"},
		"history is over": {reply: "*1 *2 $s *0"},
		"entries": {
			reply: "*1 *2 $s *2 *2 $1-1 *4 $a $x $a $y *2 $2-0 *2 $b $",
			want:  []entry{{id: "1-1", fields: []field{{"a", "x"}, {"a", "y"}}}, {id: "2-0", fields: []field{{"b", ""}}}},
		},
		"a trimmed entry": {
			reply: "*1 *2 $s *2 *2 $1-1 *-1 *2 $2-0 *2 $b $c",
			want:  []entry{{id: "1-1"}, {id: "2-0", fields: []field{{"b", "c"}}}},
		},
		"with deliveries": {
			reply: "*1 *2 $s *2 *4 $1-1 *2 $a $x :700 :3 *4 $2-0 *2 $b $y :0 :0",
			want:  []entry{{id: "1-1", fields: []field{{"a", "x"}}, deliveries: 3, idle: 700}, {id: "2-0", fields: []field{{"b", "y"}}}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := parseRead(reply(tc.reply))
			require.NoError(t, err)
			assert.Equal(t, tc.want, got)
		})
	}
}

func TestRepliesOfClaimsAreParsed(t *testing.T) {
	c, err := parseClaim(reply("*3 $5-0 *2 *2 $1-1 *2 $a $x *-1 *1 $3-3"))
	require.NoError(t, err)
	assert.Equal(t, claimReply{next: "5-0", entries: []entry{{id: "1-1", fields: []field{{"a", "x"}}}}, trimmed: []string{"3-3"}}, c)
	c, err = parseClaim(reply("*2 $0-0 *0"))
	require.NoError(t, err)
	assert.Equal(t, claimReply{next: "0-0"}, c)
}

func TestErrorsInRepliesAreErrorsOfRedis(t *testing.T) {
	for _, text := range []string{"-NOGROUP", "*1 *2 $s -NOGROUP"} {
		_, err := parseRead(reply(text))
		assert.True(t, redis.HasErrorPrefix(err, "NOGROUP"), "%v", err)
	}
}

func TestFieldsOfAnEntryCannotBeOverwrittenByAnAppend(t *testing.T) {
	entries, err := parseRead(reply("*1 *2 $s *2 *2 $1-1 *2 $a $x *2 $2-0 *2 $b $y"))
	require.NoError(t, err)
	_ = append(entries[0].fields, field{"z", "z"})
	assert.Equal(t, []field{{"b", "y"}}, entries[1].fields)
}

// The server is foreign, too, when the network garbles it: no bytes may crash
// the parser or make it allocate much more than they are.
func FuzzReplies(f *testing.F) {
	for _, seed := range []string{
		"*1 *2 $s *2 *2 $1-1 *4 $a $x $a $y *2 $2-0 *2 $b $", "*3 $5-0 *2 *2 $1-1 *2 $a $x *-1 *1 $3-3",
		"*1 *2 $s *1 *4 $1-1 *2 $a $x :700 :3", "*1 *2 $s *999999999", "*1 *2 $s *1 *2 $1-1 *999999999",
	} {
		f.Add(reply(seed))
	}
	f.Add([]byte("*1\r\n*2\r\n$9999999999\r\nx"))
	f.Fuzz(func(t *testing.T, data []byte) {
		entries, err := parseRead(data)
		if err == nil {
			size := 0
			for i := range entries {
				size += entries[i].size() - entryOverhead
			}
			assert.LessOrEqual(t, size, len(data))
		}
		_, _ = parseClaim(data)
	})
}

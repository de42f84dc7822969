package e2e

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What somebody sees who made a mistake.
func TestValidateNamesTheMistake(t *testing.T) {
	for name, c := range map[string]struct {
		override []string // on top of redis-to-file.yaml
		pipeline string   // instead of access.yml
		want     []string
	}{
		"wrong key": {
			override: set("receivers.redis_streams.gruop", "x"),
			want:     []string{"redis_streams", `gruop: there is no such key; did you mean "group"?`},
		},
		"wrong value": {
			override: set("receivers.redis_streams.count", "-1"),
			want:     []string{"redis_streams", "count"},
		},
		"unknown processor": {
			pipeline: "processors:\n  - set: {field: a, value: b}\n  - gork:\n      field: message\n      patterns: ['%{IP:ip}']\n",
			want:     []string{"access.yml:3:5", "processors[1].gork", "No processor type exists with name [gork]", `did you mean "grok"?`},
		},
		"unknown option": {
			pipeline: "processors:\n  - rename:\n      field: a\n      target_fild: b\n",
			want:     []string{"access.yml:4:7", "processors[0].rename", "target_fild", `did you mean "target_field"?`},
		},
		"unknown grok pattern": {
			pipeline: "processors:\n  - grok:\n      field: message\n      patterns:\n        - '%{IP:ip}'\n        - '%{COMBINEDAPACHELGO}'\n",
			want: []string{
				"access.yml:6:11", "processors[0].grok", "patterns",
				"Unable to find pattern [COMBINEDAPACHELGO] in Grok's pattern dictionary", `did you mean "COMBINEDAPACHELOG"?`,
			},
		},
		"broken grok pattern": {
			pipeline: "processors:\n  - grok:\n      field: message\n      patterns: ['(%{IP:ip}']\n",
			want:     []string{"access.yml:4:18", "processors[0].grok", "patterns"},
		},
		"broken condition": {
			pipeline: "processors:\n  - set:\n      if: ctx.a == == 1\n      field: a\n      value: 1\n",
			want:     []string{"access.yml:3:11", "processors[0].set", "if"},
		},
		"no YAML": {
			pipeline: "processors: [\n",
			want:     []string{"access.yml:"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			sets := [][]string{c.override}
			if c.pipeline != "" {
				file := filepath.Join(t.TempDir(), "access.yml")
				require.NoError(t, os.WriteFile(file, []byte(c.pipeline), 0o600))
				sets = append(sets, set("processors.ingest.files", "["+file+"]"))
			}
			out, status := Run(t, append([]string{"validate"}, args("distro/configs/redis-to-file.yaml", sets...)...)...)
			assert.Equal(t, 1, status)
			for _, want := range c.want {
				assert.Contains(t, out, want)
			}
			assert.NotContains(t, out, "goroutine ", "no stack trace")
			assert.NotContains(t, out, "panic", "no stack trace")
		})
	}
}

func TestExampleConfigurationsAreValid(t *testing.T) {
	files, err := filepath.Glob(root + "/distro/configs/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		abs, err := filepath.Abs(file)
		require.NoError(t, err)
		out, status := Run(t, "validate", "--config", abs)
		assert.Zero(t, status, "%s: %s", file, out)
	}
}

package configkey

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/confmap"
)

type inner struct {
	MaxLength int           `mapstructure:"max_length"`
	Interval  time.Duration `mapstructure:"interval"`
}

type squashed struct {
	Timeout time.Duration `mapstructure:"timeout"`
}

type config struct {
	squashed `mapstructure:",squash"`

	Group    string                         `mapstructure:"group"`
	Inner    inner                          `mapstructure:"inner"`
	Optional configoptional.Optional[inner] `mapstructure:"optional"`
	Free     map[string]any                 `mapstructure:"free"`
	hidden   string
}

func (c *config) Unmarshal(conf *confmap.Conf) error { return Unmarshal(conf, c) }

func TestMisspeltKeysAreNamedWithTheKnownOne(t *testing.T) {
	for name, c := range map[string]struct {
		in   map[string]any
		want []string
	}{
		"at the top":     {map[string]any{"gruop": "x"}, []string{`gruop: there is no such key; did you mean "group"?`}},
		"below":          {map[string]any{"inner": map[string]any{"max_lenght": 1}}, []string{`inner::max_lenght: there is no such key; did you mean "max_length"?`}},
		"squashed":       {map[string]any{"timeoot": "1s"}, []string{`timeoot: there is no such key; did you mean "timeout"?`}},
		"nothing close":  {map[string]any{"zebra": 1}, []string{"zebra: there is no such key"}},
		"two":            {map[string]any{"gruop": "x", "fre": 1}, []string{"gruop: there", "fre: there"}},
		"in an optional": {map[string]any{"optional": map[string]any{"intervall": "1s"}}, []string{"intervall"}},
		"hidden":         {map[string]any{"hidden": "x"}, []string{"hidden: there is no such key"}},
	} {
		t.Run(name, func(t *testing.T) {
			err := confmap.NewFromStringMap(c.in).Unmarshal(&config{})
			for _, want := range c.want {
				require.ErrorContains(t, err, want)
			}
		})
	}
}

func TestRightKeysAreDecoded(t *testing.T) {
	cfg := &config{Group: "default", hidden: "kept"}
	require.NoError(t, confmap.NewFromStringMap(map[string]any{
		"timeout": "2s", "inner": map[string]any{"max_length": 3}, "optional": map[string]any{"interval": "1s"},
		"free": map[string]any{"any": map[string]any{"thing": 1}},
	}).Unmarshal(cfg))
	assert.Equal(t, "default", cfg.Group)
	assert.Equal(t, 2*time.Second, cfg.Timeout)
	assert.Equal(t, 3, cfg.Inner.MaxLength)
	assert.Equal(t, time.Second, cfg.Optional.Get().Interval)
	assert.Equal(t, "kept", cfg.hidden)
}

func TestOtherMistakesKeepTheCollectorsReason(t *testing.T) {
	err := confmap.NewFromStringMap(map[string]any{"inner": map[string]any{"interval": "soon"}}).Unmarshal(&config{})
	require.ErrorContains(t, err, "inner.interval")
	assert.NotContains(t, err.Error(), "no such key")
}

package policy

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/confmap"
)

func load(t *testing.T, policies map[string]any) Set {
	t.Helper()
	var body struct {
		Policies Set `mapstructure:"policies"`
	}
	require.NoError(t, confmap.NewFromStringMap(map[string]any{"policies": policies}).Unmarshal(&body))
	return body.Policies
}

func TestDefaultsOfAPolicy(t *testing.T) {
	p := load(t, map[string]any{"ingest": map[string]any{"rate": "1Gbit"}})["ingest"]
	assert.Equal(t, Ingress, p.Direction)
	assert.Equal(t, Police, p.Mode)
	assert.Equal(t, 250*time.Millisecond, p.Burst)
	assert.False(t, p.PerSource.HasValue())
	assert.True(t, p.IsTotal())
	assert.Equal(t, Rate(1e9), p.Rate)
}

func TestPerSourceIsOnWhenWritten(t *testing.T) {
	p := load(t, map[string]any{"ingest": map[string]any{"rate": "1Gbit", "per_source": map[string]any{}}})["ingest"]
	assert.True(t, p.PerSource.HasValue())
}

func TestRates(t *testing.T) {
	for text, want := range map[string]Rate{
		"1Gbit": 1e9, "1.5Mbit": 1.5e6, "250 kbit": 250e3, "9600bit": 9600, "100Gbit/s": 100e9,
	} {
		var r Rate
		require.NoError(t, r.UnmarshalText([]byte(text)), text)
		assert.Equal(t, want, r, text)
	}
	for _, text := range []string{"", "1", "1G", "fast", "-1Mbit", "1Tbit", "1e99bit"} {
		var r Rate
		require.ErrorContains(t, r.UnmarshalText([]byte(text)), "is not a rate such as 1Gbit", text)
	}
	assert.Equal(t, "2.5Gbit", Rate(2.5e9).String())
	assert.Equal(t, "0bit", Rate(0).String())
}

func FuzzRate(f *testing.F) {
	for _, text := range []string{"1Gbit", "0.1kbit/s", "1e3bit", "x"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var r, again Rate
		if r.UnmarshalText([]byte(text)) != nil {
			return
		}
		assert.LessOrEqual(t, r, MaxRate)
		require.NoError(t, again.UnmarshalText([]byte(r.String())))
		assert.InEpsilon(t, float64(r)+1, float64(again)+1, 1e-4)
	})
}

func TestValidateNamesPolicyAndKey(t *testing.T) {
	type m = map[string]any
	for name, tc := range map[string]struct {
		policies m
		want     []string // none: valid
	}{
		"a total":                     {policies: m{"t": m{"rate": "1Gbit"}}},
		"nothing at all":              {policies: m{"t": m{}}, want: []string{"t::rate: is missing"}},
		"packets alone":               {policies: m{"t": m{"packet_rate": 1000}}},
		"too slow":                    {policies: m{"t": m{"rate": "10bit"}}, want: []string{"t::rate: 10bit is not between 1kbit and 400Gbit"}},
		"direction":                   {policies: m{"t": m{"rate": "1Mbit", "direction": "in"}}, want: []string{`t::direction: "in"`}},
		"protocol":                    {policies: m{"t": m{"rate": "1Mbit", "protocol": "sctp"}}, want: []string{`t::protocol: "sctp"`}},
		"burst":                       {policies: m{"t": m{"rate": "1Mbit", "burst": "0s"}}, want: []string{"t::burst: 0s"}},
		"pattern":                     {policies: m{"t": m{"rate": "1Mbit", "interfaces": []any{"eth["}}}, want: []string{`t::interfaces: "eth["`}},
		"mode":                        {policies: m{"t": m{"rate": "1Mbit", "mode": "shape"}}, want: []string{`t::mode: "shape"`}},
		"cgroup on ingress":           {policies: m{"t": m{"rate": "1Mbit", "cgroup": "a"}}, want: []string{"t::cgroup: needs direction egress"}},
		"receivers on egress":         {policies: m{"t": m{"rate": "1Mbit", "direction": "egress", "receivers": []any{"otlp"}}}, want: []string{"t::receivers: need direction ingress"}},
		"receivers and ports":         {policies: m{"t": m{"rate": "1Mbit", "ports": []any{1}, "receivers": []any{"otlp"}}}, want: []string{"t::receivers: give the ports"}},
		"share of packets":            {policies: m{"t": m{"packet_rate": 1, "per_source": m{}}}, want: []string{"t::per_source: shares a rate"}},
		"share above the limit":       {policies: m{"t": m{"rate": "1Mbit", "per_source": m{"committed": "2Mbit"}}}, want: []string{"t::per_source::committed: 2Mbit"}},
		"queue without a place":       {policies: m{"t": m{"mode": "queue", "direction": "egress"}}, want: []string{"t::queue: needs either class or device"}},
		"queue with a rate":           {policies: m{"t": m{"mode": "queue", "rate": "1Mbit", "queue": m{"device": "ifb0"}}}, want: []string{"t::rate: mode queue"}},
		"class on ingress":            {policies: m{"t": m{"mode": "queue", "queue": m{"class": "1:10"}}}, want: []string{"t::queue::class: needs direction egress"}},
		"no class":                    {policies: m{"t": m{"mode": "queue", "direction": "egress", "queue": m{"class": "ten"}}}, want: []string{`t::queue::class: "ten"`}},
		"a queue for police":          {policies: m{"t": m{"rate": "1Mbit", "queue": m{"device": "ifb0"}}}, want: []string{"t::queue: needs mode queue"}},
		"pace on ingress":             {policies: m{"t": m{"rate": "1Mbit", "mode": "pace"}}, want: []string{"t::mode: pace needs direction egress"}},
		"pace by interface":           {policies: m{"t": m{"rate": "1Mbit", "mode": "pace", "direction": "egress", "interfaces": []any{"eth0"}}}, want: []string{"t::mode: pace is about TCP sockets"}},
		"a group with traffic":        {policies: m{"t": m{"rate": "1Mbit", "group": true, "ports": []any{1}}}, want: []string{"t::group: has no traffic of its own"}},
		"unknown parent":              {policies: m{"t": m{"rate": "1Mbit", "ports": []any{1}, "parent": "p"}}, want: []string{`t::parent: there is no policy "p"`}},
		"a total as parent":           {policies: m{"t": m{"rate": "1Mbit", "ports": []any{1}, "parent": "p"}, "p": m{"rate": "2Mbit"}}, want: []string{`t::parent: "p" is the total`, "group: true"}},
		"its own ancestor":            {policies: m{"a": m{"rate": "1Mbit", "group": true, "parent": "b"}, "b": m{"rate": "1Mbit", "group": true, "parent": "a"}}, want: []string{"a::parent: a > b > a"}},
		"a group as parent":           {policies: m{"t": m{"rate": "1Mbit", "ports": []any{1}, "parent": "p"}, "p": m{"rate": "2Mbit", "group": true}}},
		"two totals":                  {policies: m{"a": m{"rate": "1Mbit"}, "b": m{"rate": "1Mbit"}}, want: []string{"a and b match the same traffic: ingress"}},
		"two totals, two directions":  {policies: m{"a": m{"rate": "1Mbit"}, "b": m{"rate": "1Mbit", "direction": "egress"}}},
		"one port of two lists":       {policies: m{"a": m{"rate": "1Mbit", "ports": []any{1, 2}}, "b": m{"rate": "1Mbit", "ports": []any{2, 3}}}, want: []string{"a and b match the same traffic", "port 2"}},
		"a port and the same by peer": {policies: m{"a": m{"rate": "1Mbit", "ports": []any{1}}, "b": m{"rate": "1Mbit", "ports": []any{1}, "peers": []any{"10.0.0.0/8"}}}},
	} {
		t.Run(name, func(t *testing.T) {
			err := load(t, tc.policies).Validate()
			if tc.want == nil {
				require.NoError(t, err)
			}
			for _, part := range tc.want {
				assert.ErrorContains(t, err, part)
			}
		})
	}
}

func TestOnlySoManyPoliciesHaveShares(t *testing.T) {
	set := Set{}
	for i := range MaxPerSource + 1 {
		require.NoError(t, set.Validate(), "%d policies", i)
		p := Default()
		p.Rate, p.Ports, p.PerSource = 1e6, []uint16{uint16(i + 1)}, configoptional.Some(PerSource{})
		set[fmt.Sprint("tenant", i)] = p
	}
	require.ErrorContains(t, set.Validate(), "per_source: 61 policies have it, and 60 can")
}

package ratecontrol

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the plot")

const plotFile = "../../docs/rate-control.svg"

// The plot in the documentation is what the tests above see.
func TestPlotIsCurrent(t *testing.T) {
	p := plant{offered: constant(offered), capacity: steps, noise: 0.1}
	match, step := p.run(300, NewRateMatch(limits)), p.run(300, NewStep(limits))
	got := plot(match, step)
	if *update {
		require.NoError(t, os.WriteFile(plotFile, []byte(got), 0o600))
	}
	want, err := os.ReadFile(plotFile)
	require.NoError(t, err)
	assert.Equal(t, string(want), got, "run go test ./internal/ratecontrol -update")
}

// A panel is one of the two diagrams, one above the other.
type panel struct {
	top, height, most float64
	title, unit       string
}

func (p panel) y(v float64) float64 { return p.top + p.height*(1-min(v/p.most, 1)) }

func plotX(t float64) float64 { return 50 + t*2.2 }

func plot(match, step trace) string {
	var b strings.Builder
	b.WriteString(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 730 400" font-family="sans-serif" font-size="12">` + "\n" +
		`<rect width="730" height="400" fill="white"/>` + "\n")
	rates := panel{30, 150, 1, "Share that is sent; a backend that takes 150k of 100k data points per second, stalls at 30 s and takes 40k from 60 s to 240 s", ""}
	queues := panel{220, 140, 250e3, "Data points that wait", "k"}
	for _, p := range []panel{rates, queues} {
		fmt.Fprintf(&b, `<text x="50" y="%g">%s</text>`+"\n", p.top-8, p.title)
		for i := range 6 {
			v := p.most * float64(i) / 5
			label := fmt.Sprintf("%g", v)
			if p.unit == "k" {
				label = fmt.Sprintf("%gk", v/1e3)
			}
			fmt.Fprintf(&b, `<path d="M50 %.1fH710" stroke="#ddd"/><text x="44" y="%.1f" text-anchor="end">%s</text>`+"\n", p.y(v), p.y(v)+4, label)
		}
	}
	for t := 0.0; t <= 300; t += 60 {
		fmt.Fprintf(&b, `<text x="%.1f" y="376" text-anchor="middle">%g s</text>`+"\n", plotX(t), t)
	}
	line(&b, rates, match, "#999", `stroke-dasharray="4 3"`, func(m moment) float64 { return min(m.capacity/m.offered, 1) })
	for _, law := range []struct {
		tr    trace
		color string
	}{{step, "#c60"}, {match, "#06c"}} {
		line(&b, rates, law.tr, law.color, "", func(m moment) float64 { return m.rate })
		line(&b, queues, law.tr, law.color, "", func(m moment) float64 { return m.queue })
	}
	fmt.Fprintf(&b, `<text x="50" y="394" fill="#06c">rate_match: %.0f %% of what is possible is delivered</text>`+"\n", 100*match.served/match.feasible)
	fmt.Fprintf(&b, `<text x="370" y="394" fill="#c60">step: %.0f %%</text><text x="470" y="394" fill="#777">dashed: what the backend takes</text>`+"\n</svg>\n", 100*step.served/step.feasible)
	return b.String()
}

func line(b *strings.Builder, p panel, tr trace, color, style string, value func(moment) float64) {
	b.WriteString(`<polyline fill="none" stroke="` + color + `" ` + style + ` points="`)
	for _, m := range tr.ticks {
		fmt.Fprintf(b, "%.1f,%.1f ", plotX(m.t), p.y(value(m)))
	}
	b.WriteString("\"/>\n")
}

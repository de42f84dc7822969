//go:build race

package template_test

// underRace: the race detector lets a sync.Pool drop things at random.
const underRace = true

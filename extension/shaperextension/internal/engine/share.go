package engine

import "github.com/sluice-otel/sluice/extension/shaperextension/policy"

// committedPart is how much of a limit is promised to sources. The rest is always
// open to all, so that one more source finds something before its promise is made.
const committedPart = 0.8

// share is the law of the committed share: the committed part of the limit,
// divided by the sources that are active.
func share(limit policy.Rate, active float64) policy.Rate {
	return max(policy.MinRate, policy.Rate(committedPart*float64(limit)/max(1, active)))
}

// smooth follows a rising number of sources at once, because promises must not add
// up to more than there is, and a falling one slowly.
func smooth(before, now float64) float64 {
	const slow = 0.2
	if now > before {
		return now
	}
	return before + slow*(now-before)
}

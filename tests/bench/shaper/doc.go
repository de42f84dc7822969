// Package shaper compares the shaper with what the kernel has and with the naive
// token bucket: in one run, on the same virtual cable, as ratios.
//
//	go test -tags privileged -run '^$' -bench . ./tests/bench/shaper
//
// packet_test.go is the cost of one packet, traffic_test.go what TCP connections get,
// peers_test.go the limiters. It needs root; nft is left out where it is missing.
package shaper

// Package engine puts policies into force: it owns the loaded programs, where they
// are attached, and the state of the buckets.
//
// plan.go turns policies, the interfaces there are and the ports of receivers into
// what the programs read; it is a function of its input. engine_linux.go makes a
// plan the current one. Programs are attached by TCX (tcx.go), or by clsact on
// kernels before 6.6 (clsact.go), to sockets by a cgroup (sockops.go).
//
// # Ownership
//
// The engine holds the only references to programs, maps and links, unless links
// are pinned. When the process ends, however it ends, the kernel removes them and
// traffic is free. Three things outlive a killed process: pinned links, filters
// under clsact, and the clsact qdisc. The first two let everything pass once the
// heartbeat is 5 s old.
//
// # State
//
// A policy keeps its bucket by name. A change of its rate is a change of three
// words; a change of what belongs to it swaps the classification in one step. A
// new policy's bucket begins empty: the limit holds from the first second.
package engine

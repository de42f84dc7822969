/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * maps.h: what user space tells the program and reads from it.
 *
 * Everything that classifies a packet carries the generation it belongs to.
 * User space writes a whole new generation beside the current one, then changes
 * one word, `generation`: packets see the old set or the new one, never a mix.
 * Policies and buckets are found by id, not by generation, so a bucket keeps its
 * state whatever happens to the classification.
 */
#ifndef SLUICE_MAPS_H
#define SLUICE_MAPS_H

#include "kernel.h"

enum limits {
	MAX_POLICIES = 1024, /* ids 1 to 1023; 0 is "none" */
	MAX_LEVELS = 6,      /* leaf, parent and interface total, each with a packet limit */
	MAX_CGROUP_LEVEL = 12,
	SKETCH_CELLS = 1 << 14, /* of one row; a sketch has two rows */
	MAX_SKETCHES = 64, /* 256 KiB each */
	SCOPE_BITS = 96,     /* of a prefix key, before the address */
	PROTO_EXEMPT = 255,  /* no protocol: a prefix that is exempt */
	EXEMPT_WORDS = 1024, /* 65536 ports */
	SAMPLE_RATE = 64,
	IFACE_SLOTS = 4096, /* of one generation; there are two */
	PORT_SLOTS = 8192,
};

/* The two directions of an interface, and sockets that are paced. */
enum direction { DIR_INGRESS = 1, DIR_EGRESS = 2, DIR_PACED = 3 };

enum mode {
	MODE_POLICE = 0,
	MODE_OBSERVE = 1, /* count what police would drop, and let it pass */
	MODE_ECN = 2,     /* mark before the bucket is full */
	MODE_QUEUE = 3,   /* hand to an HTB class, without a bucket */
	MODE_REDIRECT = 4,/* hand to another interface's egress, without a bucket */
	MODE_PACE = 5,    /* limits sockets, not packets */
};

enum policy_flag { POLICY_PACKETS = 1 }; /* the bucket counts packets, not bytes */

/*
 * A policy's parameters. Times are in clock units of 1/64 ns: at 400 Gbit/s a
 * 64-byte packet is 1.28 ns, which whole nanoseconds would miss by a fifth.
 * A change while packets pass may be seen in part by one packet of each CPU.
 */
struct policy {
	__u64 mult;      /* units per byte or packet, times 2^shift; paced: bytes per second */
	__u64 burst;     /* how far ahead of now the bucket may run */
	__u64 committed; /* the same for packets within their source's committed share */
	__u64 src_mult;  /* units per byte of one source's committed share, times 2^src_shift */
	__u64 src_burst;
	__u64 ecn_low;   /* where marking begins */
	__u32 next;      /* the policy that also applies, or 0 */
	__u32 sketch;    /* number of the sketch of sources, counted from 1, or 0 */
	__u32 target;    /* of MODE_QUEUE a class, of MODE_REDIRECT an interface */
	__u8 shift;
	__u8 src_shift;
	__u8 mode;
	__u8 flags;
};

/* A bucket is one theoretical arrival time, alone on its cache line. */
struct bucket {
	__u64 tat;
	__u64 pad[7];
};

struct stats {
	__u64 passed_packets;
	__u64 passed_bytes;
	__u64 dropped_packets;
	__u64 dropped_bytes;
	__u64 marked_packets;
	__u64 marked_bytes;
	__u64 would_packets;
	__u64 would_bytes;
	__u64 committed_bytes; /* of those passed, within their source's share */
	__u64 retries;         /* compare-and-swaps lost to another CPU */
	__u64 contended;       /* packets that needed the fetch-add */
	__u64 lost;            /* samples for which the ring had no room */
};

enum iface_flag {
	IFACE_L3 = 1, /* frames have no Ethernet header */
	IFACE_EXEMPT_PREFIX = 2,
	IFACE_CGROUP = 4,
	IFACE_PREFIX_PORT = 8,
	IFACE_PREFIX_PROTO = 16,
	IFACE_PREFIX = 32,
	IFACE_PORT = 64,
	IFACE_PROTO = 128,
};

struct iface_key {
	__u32 generation;
	__u32 ifindex;
	__u32 direction;
};

struct iface {
	__u32 total; /* the policy of all its traffic, or 0 */
	__u32 flags; /* which classifications exist, so that the others cost nothing */
	__u32 cgroup_levels; /* bit n: a policy names a cgroup n below the root */
};

struct port_key {
	__u32 generation;
	__u32 ifindex;
	__u8 direction;
	__u8 proto;
	__be16 port; /* 0: any */
};

/*
 * Interfaces and ports are looked up for every packet, and a hash map costs as
 * much as the rest of the program. So each entry has a slot in an array; the
 * hash map is asked only where two entries of a generation want the same slot.
 */
struct iface_slot {
	struct iface_key key;
	struct iface value;
	__u32 crowded; /* others of this slot are in the hash map */
};

struct port_slot {
	struct port_key key;
	__u32 policy;
	__u32 crowded;
};

struct cgroup_key {
	__u32 generation;
	__u32 ifindex;
	__u64 id;
};

/* The first 96 bits of the data must match, then the longest prefix wins. */
struct prefix4_key {
	__u32 prefixlen;
	struct port_key scope;
	__u8 addr[4];
};

struct prefix6_key {
	__u32 prefixlen;
	struct port_key scope;
	__u8 addr[16];
};

/* A sampled packet; about one in SAMPLE_RATE. */
struct sample {
	__u32 policy;
	__u32 bytes;
	__u8 addr[16]; /* the other end; IPv4 in the first four bytes */
	__be16 addr_port;
	__be16 port; /* destination */
	__u8 family; /* 4 or 6 */
	__u8 verdict;
	__u8 direction;
	__u8 proto;
};

enum verdict { VERDICT_PASSED = 0, VERDICT_DROPPED = 1, VERDICT_MARKED = 2, VERDICT_WOULD_DROP = 3 };

/* What a paced socket remembers. */
struct paced {
	__u32 policy;
	__u32 rate; /* last set, bytes per second */
};

/* Constants that are set before loading. */
volatile const __u32 hash_seed = 0;
/* Under test the clock, the dice and the sampling are inputs; otherwise this code is dead. */
volatile const bool under_test = false;

/* Switches; user space maps this memory. */
volatile __u32 generation = 0;
volatile __u32 disabled = 0;
/* When not 0, traffic passes once this is older than HEARTBEAT_MAX. */
volatile __u64 heartbeat = 0;
volatile __u64 test_now = 0;
volatile __u32 test_dice = 0;

/* Keeps in the object's BTF, and so in Go, what no map mentions. */
const struct {
	enum direction direction;
	enum mode mode;
	enum policy_flag policy_flag;
	enum iface_flag iface_flag;
	enum verdict verdict;
	enum limits limits;
	struct sample sample;
} *for_go __attribute__((unused));

#define HEARTBEAT_MAX 5000000000ULL

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, MAX_POLICIES);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct policy);
} policies SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, MAX_POLICIES);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct bucket);
} buckets SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, MAX_POLICIES);
	__type(key, __u32);
	__type(value, struct stats);
} counters SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct iface_key);
	__type(value, struct iface);
} ifaces SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2 * IFACE_SLOTS);
	__type(key, __u32);
	__type(value, struct iface_slot);
} iface_slots SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, 262144);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct prefix4_key);
	__type(value, __u32);
} prefixes4 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, 262144);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct prefix6_key);
	__type(value, __u32);
} prefixes6 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 65536);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct port_key);
	__type(value, __u32);
} ports SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2 * PORT_SLOTS);
	__type(key, __u32);
	__type(value, struct port_slot);
} port_slots SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8192);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct cgroup_key);
	__type(value, __u32);
} cgroups SEC(".maps");

/* One bit per port, for two generations. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2 * EXEMPT_WORDS);
	__type(key, __u32);
	__type(value, __u64);
} exempt_ports SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, MAX_SKETCHES * 2 * SKETCH_CELLS);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, __u64);
} sketches SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 256 * 1024);
} samples SEC(".maps");

/* Sockets under each paced policy. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, MAX_POLICIES);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, __u64);
} paced_sockets SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct paced);
} paced_socket SEC(".maps");

#endif

//go:build linux && (amd64 || arm64)

package engine

import (
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"os"
	"reflect"
	"slices"
	"sync"
	"time"
	"unsafe"

	"github.com/cilium/ebpf/ringbuf"

	"github.com/sluice-otel/sluice/bpf"
	"github.com/sluice-otel/sluice/extension/shaperextension/policy"
)

// activeWindow is how long a source counts as active after its last packet.
const activeWindow = 2 * time.Second

// Engine holds the shaper in the kernel. Its methods are safe for concurrent use,
// but for ReadSamples, which one goroutine may call.
type Engine struct {
	settings Settings
	objects  *bpf.Objects
	samples  *ringbuf.Reader

	mu       sync.Mutex // guards what follows, and the order of writes to the kernel
	attacher *attacher
	pacer    pacer
	request  Request
	plan     *plan
	ids      *ids
	sketches *ids
	states   map[string]*state
	names    map[uint32]string // of policies, by id of their buckets
}

// state is what changes about a policy while its settings do not.
type state struct {
	factor  float64
	sources float64
	share   policy.Rate
}

// Open loads the programs. It is an *bpf.UnsupportedError where the kernel or the
// process's rights do not allow that.
func Open(s Settings) (*Engine, error) {
	objects, err := bpf.Load()
	if err != nil {
		return nil, err
	}
	samples, err := ringbuf.NewReader(objects.Samples)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("read samples: %w", err), objects.Close())
	}
	e := &Engine{
		settings: s,
		objects:  objects,
		samples:  samples,
		attacher: newAttacher(objects, s),
		plan:     &plan{},
		ids:      newIDs(bpf.MaxPolicies - 1),
		sketches: newIDs(bpf.MaxSketches),
		states:   map[string]*state{},
	}
	if s.Pin != "" {
		err = errors.Join(os.MkdirAll(s.Pin, 0o700), objects.Beat())
	}
	if err != nil {
		return nil, errors.Join(err, e.Close())
	}
	return e, nil
}

// Apply puts a request into force, or returns an error and leaves everything as it
// was. Buckets of policies that stay keep their state. Packets see the old rules
// or the new ones.
func (e *Engine) Apply(r Request) (Diff, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.apply(r)
}

// Check says what Apply would change, or the error it would return as far as that
// can be known without doing it.
func (e *Engine) Check(r Request) (Diff, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if _, err := e.prepare(r); err != nil {
		return Diff{}, err
	}
	return compare(e.request.Policies, r.Policies), nil
}

// OutlivesProcess tells whether something that Close removes would stay behind if
// the process ended now.
func (e *Engine) OutlivesProcess() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.attacher.clsact != nil
}

// Refresh applies the current request to the interfaces as they are now.
func (e *Engine) Refresh() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	_, err := e.apply(e.request)
	return err
}

func (e *Engine) apply(r Request) (Diff, error) {
	next, err := e.prepare(r)
	if err != nil {
		return Diff{}, err
	}
	if err := e.pacer.pace(e.objects, r.Policies); err != nil {
		return Diff{}, err
	}
	err = e.write(next)
	if err == nil {
		err = e.attacher.add(next.plan.targets)
	}
	if err != nil {
		return Diff{}, errors.Join(err, e.rewrite())
	}
	diff := compare(e.request.Policies, r.Policies)
	e.request, e.plan, e.ids, e.sketches, e.states = r, next.plan, next.ids, next.sketches, next.states
	e.names = map[uint32]string{}
	for _, b := range e.plan.buckets {
		e.names[b.id] = b.name
	}
	return diff, e.attacher.keep(next.plan.targets)
}

// prepared is a request on its way into force.
type prepared struct {
	plan     *plan
	ids      *ids
	sketches *ids
	states   map[string]*state
}

func (e *Engine) prepare(r Request) (*prepared, error) {
	links, err := listLinks()
	if err != nil {
		return nil, err
	}
	e.attacher.forget(links)
	groups, err := cgroups(r.Policies)
	if err != nil {
		return nil, err
	}
	buckets, sketches := bucketNames(r.Policies)
	next := &prepared{states: map[string]*state{}}
	if next.ids, err = e.ids.next(buckets); err != nil {
		return nil, fmt.Errorf("policies: %w", err)
	}
	if next.sketches, err = e.sketches.next(sketches); err != nil {
		return nil, fmt.Errorf("policies with per_source: %w", err)
	}
	p := planner{Request: r, links: links, cgroups: groups, ids: next.ids, sketches: next.sketches}
	if next.plan, err = p.make(); err != nil {
		return nil, err
	}
	for name, pol := range r.Policies {
		next.states[name] = e.carryOver(name, pol)
	}
	return next, nil
}

// carryOver returns a policy's state with its factor, unless it may have none any
// more.
func (e *Engine) carryOver(name string, pol policy.Policy) *state {
	s := &state{factor: 1}
	if old, ok := e.states[name]; ok {
		*s = *old
	}
	if !pol.Elastic {
		s.factor = 1
	}
	s.share = committed(pol, s)
	return s
}

// committed is the share of each source: the operator's, or the law's.
func committed(pol policy.Policy, s *state) policy.Rate {
	source := pol.PerSource.Get()
	if source == nil {
		return 0
	}
	if source.Committed != 0 {
		return policy.Rate(scale(uint64(source.Committed), s.factor))
	}
	return share(policy.Rate(scale(uint64(pol.Rate), s.factor)), s.sources)
}

// write sets the parameters and switches to the rules.
func (e *Engine) write(next *prepared) error {
	now := bpf.Now()
	for _, b := range next.plan.buckets {
		if err := e.writeBucket(&b, next.states[b.name], now); err != nil {
			return fmt.Errorf("%s: %w", b.name, err)
		}
	}
	return e.objects.Install(next.plan.rules)
}

func (e *Engine) writeBucket(b *bucket, s *state, now uint64) error {
	params := b.parameters(s.factor, s.share)
	if err := e.objects.SetPolicy(b.id, params); err != nil {
		return err
	}
	if b.sketch != 0 && e.sketches.taken[b.name] == 0 {
		if err := e.objects.ClearSketch(b.sketch, now-bpf.Units(time.Hour)); err != nil {
			return err
		}
	}
	if e.names[b.id] == b.name {
		return e.objects.ClampBucket(b.id, now, params.Committed)
	}
	return errors.Join(e.objects.ResetCounters(b.id), e.objects.SetBucket(b.id, now+params.Burst))
}

// rewrite brings back what is in force.
func (e *Engine) rewrite() error {
	err := e.pacer.pace(e.objects, e.request.Policies)
	return errors.Join(err, e.write(&prepared{plan: e.plan, states: e.states}))
}

func compare(before, after policy.Set) Diff {
	var d Diff
	for name, p := range after {
		old, ok := before[name]
		switch {
		case !ok:
			d.Added = append(d.Added, name)
		case !reflect.DeepEqual(old, p):
			d.Changed = append(d.Changed, name)
		}
	}
	for name := range before {
		if _, ok := after[name]; !ok {
			d.Removed = append(d.Removed, name)
		}
	}
	slices.Sort(d.Added)
	slices.Sort(d.Changed)
	slices.Sort(d.Removed)
	return d
}

// SetFactor sets the part of an elastic policy's limit that is in force, from
// above 0 to 1.
func (e *Engine) SetFactor(name string, factor float64) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	s, ok := e.states[name]
	switch {
	case !ok:
		return fmt.Errorf("set factor of %q: %w", name, ErrNoPolicy)
	case !e.request.Policies[name].Elastic:
		return fmt.Errorf("set factor of %q: %w", name, ErrNotElastic)
	}
	s.factor = min(max(factor, 0.001), 1)
	s.share = committed(e.request.Policies[name], s)
	return e.rewriteBuckets(name)
}

func (e *Engine) rewriteBuckets(name string) error {
	now := bpf.Now()
	for i := range e.plan.buckets {
		if b := &e.plan.buckets[i]; b.name == name {
			if err := e.writeBucket(b, e.states[name], now); err != nil {
				return err
			}
		}
	}
	return nil
}

// Tick is to be called several times a second: it counts active sources, shares
// limits between them, and tells programs that outlive this process that it lives.
func (e *Engine) Tick() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	var errs []error
	if e.settings.Pin != "" || e.attacher.clsact != nil {
		errs = append(errs, e.objects.Beat())
	}
	since := bpf.Now() - bpf.Units(activeWindow)
	for name, sketch := range e.sketches.taken {
		active, err := e.objects.ActiveSources(sketch, since)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		s := e.states[name]
		s.sources = smooth(s.sources, active)
		if now := committed(e.request.Policies[name], s); now != s.share {
			s.share = now
			errs = append(errs, e.rewriteBuckets(name))
		}
	}
	return errors.Join(errs...)
}

// Status returns the policies in force, by name, and the traffic that no policy is
// about.
func (e *Engine) Status() ([]PolicyStatus, Traffic, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := bpf.Now()
	statuses := make([]PolicyStatus, 0, len(e.states))
	for _, name := range slices.Sorted(maps.Keys(e.states)) {
		s := e.states[name]
		st := PolicyStatus{Name: name, Policy: e.request.Policies[name], Factor: s.factor, Share: s.share, Sources: s.sources}
		for _, b := range e.plan.buckets {
			if b.name != name {
				continue
			}
			if err := e.addBucket(&st, b, now); err != nil {
				return nil, Traffic{}, err
			}
		}
		statuses = append(statuses, st)
	}
	free, err := e.objects.Counters(0)
	return statuses, Traffic{free.PassedPackets, free.PassedBytes}, err
}

// addBucket adds the counters of one bucket. The second bucket of a policy sees
// what the first lets through: its refusals add up, its passes do not.
func (e *Engine) addBucket(st *PolicyStatus, b bucket, now uint64) error {
	c, err := e.objects.Counters(b.id)
	if err != nil {
		return err
	}
	tat, err := e.objects.Bucket(b.id)
	if err != nil {
		return err
	}
	if !b.packets || st.Policy.Rate == 0 {
		st.Passed = Traffic{c.PassedPackets, c.PassedBytes}
		st.Marked = Traffic{c.MarkedPackets, c.MarkedBytes}
		st.CommittedBytes = c.CommittedBytes
		st.SamplesLost = c.Lost
	}
	st.Dropped.add(c.DroppedPackets, c.DroppedBytes)
	st.WouldDrop.add(c.WouldPackets, c.WouldBytes)
	st.Retries += c.Retries
	if st.Policy.Mode == policy.Pace {
		st.Sockets, err = e.objects.Sockets(b.id)
		return err
	}
	st.Delay = max(st.Delay, delay(tat, now))
	return nil
}

func (t *Traffic) add(packets, bytes uint64) {
	t.Packets += packets
	t.Bytes += bytes
}

// Attachments returns where programs are.
func (e *Engine) Attachments() []Attachment {
	e.mu.Lock()
	defer e.mu.Unlock()
	var all []Attachment
	for at, p := range e.attacher.places {
		all = append(all, Attachment{Interface: p.link.name, Direction: directionName(at.direction), Mode: p.mode()})
	}
	if e.pacer.link != nil {
		all = append(all, Attachment{Interface: e.pacer.path, Direction: directionName(bpf.Paced), Mode: "sockops"})
	}
	slices.SortFunc(all, func(a, b Attachment) int {
		return slices.Compare([]string{a.Interface, a.Direction}, []string{b.Interface, b.Direction})
	})
	return all
}

// ReadSamples calls f for the packets sampled until the deadline. It returns
// os.ErrClosed once the engine is closed.
func (e *Engine) ReadSamples(until time.Time, f func(Sample)) error {
	e.samples.SetDeadline(until)
	var rec ringbuf.Record
	for {
		err := e.samples.ReadInto(&rec)
		if errors.Is(err, os.ErrDeadlineExceeded) {
			return nil
		}
		if err != nil {
			return err
		}
		if len(rec.RawSample) >= int(unsafe.Sizeof(bpf.Sample{})) {
			raw := (*bpf.Sample)(unsafe.Pointer(&rec.RawSample[0])) //nolint:gosec // the layout is the program's
			f(e.sample(raw))
		}
	}
}

func (e *Engine) sample(raw *bpf.Sample) Sample {
	e.mu.Lock()
	name := e.names[raw.Policy]
	e.mu.Unlock()
	s := Sample{
		Policy:   name,
		Peer:     netip.AddrFrom16(raw.Addr),
		PeerPort: raw.AddrPort<<8 | raw.AddrPort>>8,
		Port:     raw.Port<<8 | raw.Port>>8,
		Protocol: raw.Proto,
		Bytes:    raw.Bytes,
		Dropped:  raw.Verdict == bpf.VerdictDropped || raw.Verdict == bpf.VerdictWouldDrop,
	}
	if raw.Family == 4 {
		s.Peer = netip.AddrFrom4([4]byte(raw.Addr[:4]))
	}
	return s
}

// Close detaches first, so that nothing is limited by what is being taken apart;
// pinned links stay. ReadSamples returns.
func (e *Engine) Close() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	return errors.Join(e.pacer.close(), e.attacher.close(), e.samples.Close(), e.objects.Close())
}

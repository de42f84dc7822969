package redisstreamsreceiver

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/receiver/receivertest"
	"go.uber.org/zap"

	"github.com/sluice-otel/sluice/internal/fxcomponent"
)

// The model: a stream with its consumer group, one or two members, a pipeline.
// The members are the receiver's own stages, run one step at a time in random
// order; server, storage and pipeline are models. A message is
//
//	unread ──readNew──▶ pending, in flight ──pipeline──▶ accepted ──commit──▶ committed ──XACK──▶ gone
//	                      │      ▲                                                │
//	                      └─ crash, lost reply: pending, not in flight ◀──────────┘ crash
//
// and leaves that way by the dead-letter stream, too. At any step a member may
// crash, a reply may be lost, the server may go back to an earlier state or
// forget the group. What must hold:
//
//   - acknowledged ⇒ accepted, or in the dead-letter stream, or trimmed;
//   - accepted ∧ committed ⇒ never delivered again by this member;
//   - every message is in exactly one place: unread, pending, or settled; what is
//     in flight is pending, once, and with one stage of the member;
//   - when nothing fails any more, every message is accepted and none is pending.
type model struct {
	t   *testing.T
	rnd *rand.Rand

	server  *modelServer
	members []*modelMember

	faults   bool
	accepted map[string]int  // by payload
	lost     map[string]bool // removed by the server: trimmed, or written and forgotten
	trace    []string
}

func (m *model) logf(format string, args ...any) {
	m.trace = append(m.trace, fmt.Sprintf(format, args...))
}

func (m *model) fatalf(format string, args ...any) {
	m.t.Helper()
	for _, line := range m.trace[max(0, len(m.trace)-1500):] {
		m.t.Log(line)
	}
	m.t.Fatalf(format, args...)
}

// happens is true with a probability of 1/n, while faults may happen.
func (m *model) happens(n int) bool { return m.faults && m.rnd.IntN(n) == 0 }

// modelServer is the server's part of the model.
type modelServer struct {
	*model
	now     int
	state   serverState
	saved   serverState // to go back to
	written int         // messages

	lostGroup bool
}

type serverState struct {
	entries []modelEntry
	last    entryID
	group   *modelGroupState
	dead    map[string]bool // the dead-letter stream, by payload
}

type modelEntry struct {
	id      entryID
	payload string
}

type modelGroupState struct {
	last    entryID
	again   bool // it replaces one that was lost
	pending map[entryID]modelPending
}

type modelPending struct {
	payload    string
	consumer   string
	deliveries int
	since      int
}

// modelIdle is after how many steps an entry may be taken over.
const modelIdle = 60

func (s serverState) clone() serverState {
	s.entries = slices.Clone(s.entries)
	s.dead = maps.Clone(s.dead)
	if s.group != nil {
		s.group = &modelGroupState{last: s.group.last, again: s.group.again, pending: maps.Clone(s.group.pending)}
	}
	return s
}

// tick lets the time of the bubble pass.
func (s *modelServer) tick() {
	s.now++
	<-time.After(time.Millisecond)
}

func (s *modelServer) add() {
	s.written++
	s.state.last = s.state.last.next()
	e := modelEntry{s.state.last, "m" + strconv.Itoa(s.written)}
	s.state.entries = append(s.state.entries, e)
	s.logf("add %s %s", e.id, e.payload)
}

func (s *modelServer) trim() {
	if len(s.state.entries) == 0 {
		return
	}
	e := s.state.entries[0]
	s.state.entries = s.state.entries[1:]
	s.lost[e.payload] = true
	s.logf("trim %s %s", e.id, e.payload)
}

// goBack returns to the saved state. In a real server ids are times, so they go
// on above all that were given out. If the new primary's clock is behind, some are
// given out again: here only while nothing is in flight, because nothing can tell
// the acknowledgement of an old message from that of a new one with its id.
func (s *modelServer) goBack() {
	highest := s.state.last
	kept := map[string]bool{}
	for _, e := range s.saved.entries {
		kept[e.payload] = true
	}
	for _, e := range s.state.entries {
		if !kept[e.payload] {
			s.lost[e.payload] = true
		}
	}
	for p := range s.state.dead {
		if !s.saved.dead[p] {
			s.lost[p] = true
		}
	}
	s.state = s.saved.clone()
	idle := !slices.ContainsFunc(s.members, func(m *modelMember) bool { return m.window.len() > 0 })
	if !idle || s.state.group == nil || s.rnd.IntN(2) == 0 {
		s.state.last = highest
	}
	s.logf("server goes back: last id %s, was %s", s.state.last, highest)
}

// forgetGroup loses what is pending. A running member goes on with what it has
// in flight; what nobody has in flight is lost with the group. (A server that has
// gone back and loses its group before a member notices loses more: what it was
// about to hand out again seems to have been read. The model leaves that out.)
func (s *modelServer) forgetGroup() {
	g := s.state.group
	if g == nil || slices.ContainsFunc(s.members, func(m *modelMember) bool { return g.last.less(parseID(m.position)) }) {
		return
	}
	for _, p := range g.pending {
		if !s.inFlight(p.payload) && s.accepted[p.payload] == 0 {
			s.lost[p.payload] = true
		}
	}
	s.state.group = nil
	s.lostGroup = true
	for _, m := range s.members {
		m.groupless = true
	}
	s.logf("group is lost")
}

func (s *modelServer) inFlight(payload string) bool {
	for _, m := range s.members {
		for b := range m.window.batches {
			for i := range b.entries {
				if e := &b.entries[i]; !e.trimmed() && e.fields[0].value == payload {
					return true
				}
			}
		}
	}
	return false
}

func (s *modelServer) find(id entryID) (modelEntry, bool) {
	i, ok := slices.BinarySearchFunc(s.state.entries, id, func(e modelEntry, id entryID) int { return e.id.compare(id) })
	if !ok {
		return modelEntry{}, false
	}
	return s.state.entries[i], true
}

// modelGroup is the group as one member sees it.
type modelGroup struct {
	*modelServer
	member *modelMember
}

var errNetwork = errors.New("connection reset")

// answer returns a reply, or loses it now and then.
func answer[T any](g *modelGroup, value T) (T, error) {
	if g.happens(25) {
		g.logf("%s loses a reply", g.member.name)
		var none T
		return none, errNetwork
	}
	return value, nil
}

func (g *modelGroup) get() (*modelGroupState, error) {
	if g.state.group == nil {
		return nil, replyError("NOGROUP No such consumer group")
	}
	return g.state.group, nil
}

func (g *modelGroup) create(_ context.Context, start string) (bool, error) {
	if g.state.group != nil {
		return false, nil
	}
	g.state.group = &modelGroupState{last: parseID(start), again: g.lostGroup, pending: map[entryID]modelPending{}}
	g.logf("%s creates the group at %s", g.member.name, start)
	return answer(g, true)
}

func (g *modelGroup) lastDelivered(context.Context) (string, error) {
	group, err := g.get()
	if err != nil {
		return "", err
	}
	return group.last.String(), nil
}

func (g *modelGroup) lastGenerated(context.Context) (string, error) {
	return g.state.last.String(), nil
}

func (g *modelGroup) readNew(_ context.Context, count int, _ time.Duration) ([]entry, error) {
	group, err := g.get()
	if err != nil {
		return nil, err
	}
	var entries []entry
	for _, e := range g.state.entries {
		if len(entries) < count && group.last.less(e.id) {
			entries = append(entries, e.handOut())
			group.pending[e.id] = modelPending{e.payload, g.member.name, 1, g.now}
		}
	}
	if len(entries) > 0 {
		group.last = parseID(entries[len(entries)-1].id)
		g.logf("%s reads new %v", g.member.name, entryIDs(entries))
	}
	return answer(g, entries)
}

func (e modelEntry) handOut() entry {
	return entry{id: e.id.String(), fields: []field{{"body", e.payload}}}
}

func (g *modelGroup) ownIDs(after entryID, count int) ([]entryID, *modelGroupState, error) {
	group, err := g.get()
	if err != nil {
		return nil, nil, err
	}
	var ids []entryID
	for id, p := range group.pending {
		if p.consumer == g.member.name && after.less(id) {
			ids = append(ids, id)
		}
	}
	slices.SortFunc(ids, entryID.compare)
	return ids[:min(len(ids), count)], group, nil
}

func (g *modelGroup) pending(_ context.Context, after string, count int) ([]pendingEntry, error) {
	ids, group, err := g.ownIDs(parseID(after), count)
	if err != nil {
		return nil, err
	}
	var pending []pendingEntry
	for _, id := range ids {
		pending = append(pending, pendingEntry{id.String(), group.pending[id].deliveries})
	}
	return answer(g, pending)
}

func (g *modelGroup) history(_ context.Context, after string, count int) ([]entry, error) {
	ids, group, err := g.ownIDs(parseID(after), count)
	if err != nil {
		return nil, err
	}
	var entries []entry
	for _, id := range ids {
		entries = append(entries, g.handOutAgain(group, id))
	}
	g.logf("%s reads history %v", g.member.name, entryIDs(entries))
	return answer(g, entries)
}

func (g *modelGroup) handOutAgain(group *modelGroupState, id entryID) entry {
	p := group.pending[id]
	p.deliveries++
	p.since = g.now
	group.pending[id] = p
	if e, ok := g.find(id); ok {
		return e.handOut()
	}
	return entry{id: id.String()}
}

func (g *modelGroup) claimIdle(_ context.Context, count int) (claimed, error) {
	group, err := g.get()
	if err != nil {
		return claimed{}, err
	}
	var c claimed
	for _, id := range slices.SortedFunc(maps.Keys(group.pending), entryID.compare) {
		p := group.pending[id]
		if _, ok := g.find(id); !ok {
			delete(group.pending, id)
			c.trimmed++
			continue
		}
		if len(c.entries) < count && g.now-p.since >= modelIdle {
			before := p.deliveries
			p.consumer = g.member.name
			group.pending[id] = p
			e := g.handOutAgain(group, id)
			e.deliveries = before
			c.entries = append(c.entries, e)
		}
	}
	if len(c.entries) > 0 {
		g.logf("%s takes over %v", g.member.name, entryIDs(c.entries))
	}
	return answer(g, c)
}

func (g *modelGroup) acknowledge(_ context.Context, ids []string) (int, error) {
	if g.state.group == nil {
		return 0, nil
	}
	n := 0
	for _, id := range ids {
		p, ok := g.state.group.pending[parseID(id)]
		if !ok {
			continue
		}
		if g.accepted[p.payload] == 0 && !g.state.dead[p.payload] && !g.lost[p.payload] {
			g.fatalf("%s acknowledges %s %s, which was not accepted", g.member.name, id, p.payload)
		}
		delete(g.state.group.pending, parseID(id))
		n++
	}
	g.logf("%s acknowledges %v: %d", g.member.name, ids, n)
	return n, nil
}

func (g *modelGroup) progress(context.Context, time.Time) (progress, error) { return progress{}, nil }

func (g *modelGroup) trim(context.Context, entryID) (int, error) { return 0, nil }

func (g *modelGroup) keep(_ context.Context, ids []string) ([]string, error) {
	group, err := g.get()
	if err != nil {
		return nil, err
	}
	var kept []string
	for _, id := range ids {
		if p, ok := group.pending[parseID(id)]; ok && p.consumer == g.member.name {
			p.since = g.now
			group.pending[parseID(id)] = p
			kept = append(kept, id)
		}
	}
	return kept, nil
}

func (g *modelGroup) restore(_ context.Context, ids []string) error {
	group, err := g.get()
	if err != nil {
		return err
	}
	for _, id := range ids {
		e, exists := g.find(parseID(id))
		if _, pending := group.pending[e.id]; exists && !pending {
			group.pending[e.id] = modelPending{e.payload, g.member.name, 1, g.now}
		}
	}
	if _, err := answer(g, true); err != nil {
		return err
	}
	g.member.groupless = false
	return nil
}

func (g *modelGroup) release(_ context.Context, ids []string) error {
	for _, id := range ids {
		if p, ok := g.state.group.pending[parseID(id)]; ok && p.consumer == g.member.name {
			p.since, p.deliveries = g.now-modelIdle, 0
			g.state.group.pending[parseID(id)] = p
		}
	}
	return nil
}

func (g *modelGroup) bury(_ context.Context, r *rejection, again bool) (bool, error) {
	id := parseID(r.entry.id)
	var p modelPending
	pending := false
	if g.state.group != nil {
		p, pending = g.state.group.pending[id]
	}
	switch {
	case !pending && again:
		return true, nil
	case pending && p.consumer != g.member.name:
		return false, nil
	}
	g.state.dead[r.entry.fields[0].value] = true
	if pending {
		delete(g.state.group.pending, id)
	}
	return true, nil
}

// modelMember is one collector: what survives a crash, and its running stages.
type modelMember struct {
	*model
	name      string
	storage   *memoryStorage
	committed map[string]bool // id and payload
	groupless bool            // the group was lost, and the member has not noticed
	*stream
	parts []part
}

// crash is what a step panics with when its member dies in the middle.
type crash struct{}

func (m *modelMember) start() {
	ctx := m.t.Context()
	telemetry, err := newTelemetry(componenttest.NewNopTelemetrySettings())
	require.NoError(m.t, err)
	cfg := createDefaultConfig().(*Config)
	cfg.Count = 5
	cfg.Retry = RetryConfig{}
	cfg.Reclaim = ReclaimConfig{MinIdle: time.Second, Interval: 5 * time.Millisecond}
	cfg.DeadLetter.MaxDeliveries = 0 // the model crashes for other reasons
	observer, err := newObserver(receivertest.NewNopSettings(NewFactory().Type()))
	require.NoError(m.t, err)
	checkpoint, err := openCheckpoint(ctx, m.storage, cfg.Checkpoint)
	require.NoError(m.t, err)
	health := newHealth(zap.NewNop(), &fxcomponent.Host{})
	codec, err := newLogsCodec(cfg, m, observer)
	require.NoError(m.t, err)
	m.stream = &stream{
		cfg: cfg, name: "s", scope: "g/s", logger: zap.NewNop(),
		group:     &modelGroup{m.server, m},
		count:     newCounters(telemetry, cfg.Group, "s"),
		acks:      newAckQueue(),
		codec:     codec,
		window:    newWindow(cfg.MaxInFlight),
		health:    health,
		refusals:  &refusals{logger: zap.NewNop()},
		committer: newCommitter(checkpoint, health, &checkpointCounters{telemetry}),
		readState: newReadState(),
	}
	m.remember(checkpoint)
	m.parts = nil
}

func (m *modelMember) crash() {
	m.logf("%s crashes", m.name)
	if m.groupless { // nobody knows any more what it worked on
		for b := range m.window.batches {
			for i := range b.entries {
				if e := &b.entries[i]; !e.trimmed() {
					m.lost[e.fields[0].value] = true
				}
			}
		}
	}
	m.groupless = false
	m.start()
}

// step runs one stage, chosen at random.
func (m *modelMember) step(ctx context.Context) {
	defer func() {
		if r := recover(); r != nil {
			if _, ok := r.(crash); !ok {
				panic(r)
			}
			m.crash()
		}
	}()
	switch m.rnd.IntN(5) {
	case 0:
		m.readStep(ctx)
	case 1:
		m.deliverStep(ctx)
	case 2:
		m.commitStep(ctx)
	case 3:
		m.settleStep(ctx)
	case 4:
		for _, b := range m.window.of(m.stream, time.Now()) {
			_, _ = m.group.keep(ctx, b.held())
		}
	}
}

func (m *modelMember) readStep(ctx context.Context) {
	if m.careful && m.window.len() > 0 || m.window.len() > 40 {
		return
	}
	got, err := m.next(ctx, m.cfg.Count)
	if err != nil {
		m.afterError(err)
		return
	}
	if len(got.entries) == 0 {
		return
	}
	p := m.receive(ctx, got)
	seen := map[string]bool{}
	for b := range m.window.batches {
		for i := range b.entries {
			key := b.entries[i].id + fmt.Sprint(b.entries[i].fields)
			if seen[key] {
				m.fatalf("%s has %s in flight twice", m.name, key)
			}
			seen[key] = true
		}
	}
	m.parts = append(m.parts, p)
}

func (m *modelMember) deliverStep(ctx context.Context) {
	if len(m.parts) == 0 || len(m.committer.requests) > maxCommit/2 {
		return
	}
	i := m.rnd.IntN(len(m.parts)) // lanes are concurrent
	p := m.parts[i]
	m.parts = slices.Delete(m.parts, i, i+1)
	m.deliver(ctx, p)
}

func (*modelMember) Capabilities() consumer.Capabilities { return consumer.Capabilities{} }

// ConsumeLogs is the pipeline.
func (m *modelMember) ConsumeLogs(_ context.Context, data plog.Logs) error {
	records := data.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords()
	var payloads []string
	for _, r := range records.All() {
		id, _ := r.Attributes().Get(attributeMessageID)
		payload := r.Body().Str()
		if m.committed[id.Str()+payload] {
			m.fatalf("%s delivers %s %s again after it was committed", m.name, id.Str(), payload)
		}
		payloads = append(payloads, payload)
	}
	if m.happens(20) {
		panic(crash{}) // before the pipeline has accepted
	}
	if m.happens(5) {
		return errors.New("queue is full")
	}
	for _, p := range payloads {
		if n, _ := strconv.Atoi(p[1:]); n%13 == 0 {
			return consumererror.NewPermanent(errors.New("poison"))
		}
	}
	m.logf("%s: the pipeline accepts %v", m.name, payloads)
	for _, p := range payloads {
		m.accepted[p]++
	}
	if m.happens(20) {
		panic(crash{}) // before the answer arrives
	}
	return nil
}

func (m *modelMember) commitStep(ctx context.Context) {
	if len(m.committer.requests) == 0 {
		return
	}
	requests := m.committer.gather(<-m.committer.requests)
	if m.happens(40) {
		m.storage.fail = true
	}
	m.committer.commit(ctx, requests)
	failed := m.storage.fail
	m.storage.fail = false
	for _, r := range requests {
		if r.done == nil || failed {
			continue
		}
		for _, e := range r.done.entries {
			m.committed[e.id+e.fields[0].value] = true
		}
	}
	m.logf("%s commits %d requests, failed: %v", m.name, len(requests), failed)
}

func (m *modelMember) settleStep(ctx context.Context) {
	done, _ := m.acks.take()
	if len(done) == 0 {
		return
	}
	m.settle(ctx, done)
}

// run is one schedule.
func (m *model) run(ctx context.Context, steps int) {
	m.faults = true
	for range steps {
		m.server.tick()
		m.event()
		m.members[m.rnd.IntN(len(m.members))].step(ctx)
		if m.server.now%5 == 0 {
			m.checkPlaces()
		}
	}
	m.faults = false
	for range 20_000 {
		m.server.tick()
		m.members[m.rnd.IntN(len(m.members))].step(ctx)
		if m.server.now%100 == 0 && m.quiet() {
			break
		}
	}
	m.check()
}

// event is what happens around the members.
func (m *model) event() {
	s := m.server
	switch r := m.rnd.IntN(1000); {
	case r < 300:
		s.add()
	case r < 310:
		m.members[m.rnd.IntN(len(m.members))].crash()
	case r < 313:
		s.trim()
	case r < 316:
		s.saved = s.state.clone()
	case r < 318:
		s.goBack()
	case r < 319 && len(m.members) == 1:
		s.forgetGroup()
	}
}

// checkPlaces requires that every message is in exactly one place.
func (m *model) checkPlaces() {
	for _, member := range m.members {
		member.checkStages()
	}
	g := m.server.state.group
	if g == nil || slices.ContainsFunc(m.members, func(m *modelMember) bool { return m.groupless }) {
		return // what is in flight becomes pending again when the members notice
	}
	open := map[string]bool{} // unread or pending
	for _, p := range g.pending {
		open[p.payload] = true
	}
	for _, e := range m.server.state.entries {
		if !g.last.less(e.id) {
			continue
		}
		if open[e.payload] && !g.again { // one that is created again may begin before what is in flight
			m.fatalf("%s is unread and pending", e.payload)
		}
		open[e.payload] = true
	}
	for n := 1; n <= m.server.written; n++ {
		p := "m" + strconv.Itoa(n)
		if !open[p] && m.accepted[p] == 0 && !m.server.state.dead[p] && !m.lost[p] {
			m.fatalf("%s is nowhere", p)
		}
	}
}

// checkStages requires that what a member has in flight, and has not settled, is
// with one of its stages: before a lane, before the committer, or before the
// acknowledger.
func (m *modelMember) checkStages() {
	type place struct {
		batch *batch
		id    string
	}
	seen := map[place]bool{}
	found := map[*batch]int{}
	note := func(b *batch, entries []entry) {
		found[b] += len(entries)
		for i := range entries {
			if p := (place{b, entries[i].id}); seen[p] {
				m.fatalf("%s has %s at two stages", m.name, p.id)
			} else {
				seen[p] = true
			}
		}
	}
	for _, p := range m.parts {
		note(p.batch, p.entries)
	}
	for range len(m.committer.requests) {
		r := <-m.committer.requests
		m.committer.requests <- r
		if r.done != nil {
			note(r.done.batch, r.done.entries)
		}
	}
	for _, s := range m.acks.items {
		note(s.batch, s.entries)
	}
	for b := range m.window.batches {
		if found[b] != b.open {
			m.fatalf("%s has %d of %d entries in flight with a stage: %v", m.name, found[b], b.open, entryIDs(b.entries))
		}
		delete(found, b)
	}
	if len(found) > 0 {
		m.fatalf("%s works on what is not in flight", m.name)
	}
}

func (m *model) quiet() bool {
	g, entries := m.server.state.group, m.server.state.entries
	return g != nil && len(g.pending) == 0 && (len(entries) == 0 || !g.last.less(entries[len(entries)-1].id)) &&
		!slices.ContainsFunc(m.members, func(m *modelMember) bool { return m.window.len() > 0 })
}

func (m *model) check() {
	if !m.quiet() {
		for _, member := range m.members {
			m.logf("%s: in flight %v, parts %d, acks %d, state %+v", member.name, member.window.ids(member.stream), len(member.parts), len(member.acks.items), &member.readState)
		}
		m.fatalf("not everything is settled: %+v, last %s", m.server.state.group, m.server.state.last)
	}
	for n := 1; n <= m.server.written; n++ {
		p := "m" + strconv.Itoa(n)
		if m.accepted[p] == 0 && !m.server.state.dead[p] && !m.lost[p] {
			m.fatalf("%s was neither accepted nor buried nor lost by the server", p)
		}
	}
}

func newModel(t *testing.T, seed uint64, members int) *model {
	t.Helper()
	m := &model{
		t: t, rnd: rand.New(rand.NewPCG(seed, 1)),
		accepted: map[string]int{}, lost: map[string]bool{},
	}
	m.server = &modelServer{model: m}
	m.server.state.dead = map[string]bool{}
	m.server.saved = m.server.state.clone()
	for i := range members {
		member := &modelMember{model: m, name: "member" + strconv.Itoa(i), storage: newMemoryStorage(), committed: map[string]bool{}}
		m.members = append(m.members, member)
	}
	for _, member := range m.members {
		member.start()
	}
	return m
}

func TestModel(t *testing.T) {
	schedules := 1000
	if testing.Short() {
		schedules = 100
	}
	for members := 1; members <= 2; members++ {
		t.Run(fmt.Sprintf("%d members", members), func(t *testing.T) {
			var accepted, messages, crashes int
			for seed := range uint64(schedules) {
				var m *model
				synctest.Test(t, func(t *testing.T) {
					m = newModel(t, seed, members)
					m.run(t.Context(), 600)
				})
				messages += m.server.written
				for _, n := range m.accepted {
					accepted += n
				}
				crashes += len(slices.DeleteFunc(m.trace, func(l string) bool { return len(l) < 7 || l[len(l)-7:] != "crashes" }))
			}
			t.Logf("%d schedules, %d messages, %d crashes, accepted %d times", schedules, messages, crashes, accepted)
		})
	}
}

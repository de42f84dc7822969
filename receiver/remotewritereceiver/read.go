package remotewritereceiver

import (
	"hash/maphash"
	"slices"
	"strings"

	"github.com/sluice-otel/sluice/internal/admission"
	"github.com/sluice-otel/sluice/wire/remotewrite"
)

// maxSeriesBytes bounds the memory one series takes while it is decoded. That is
// 700,000 samples.
const maxSeriesBytes = 16 << 20

// read reads all series of the message in body. An error concerns the whole
// request; what is wrong with single items is in rejected.
func (t *translation) read(version remotewrite.Version, tenant string, body []byte, room *admission.Reservation) error {
	t.version, t.tenant, t.room, t.last = version, tenant, room, none
	t.tenantHash = maphash.String(hashSeed, tenant)
	limits := remotewrite.Limits{Series: t.limits.Series, Symbols: t.limits.Symbols, SeriesBytes: maxSeriesBytes}
	if version == remotewrite.V1 {
		if err := t.v1.Reset(body, limits); err != nil {
			return err
		}
		return t.readV1()
	}
	if err := t.v2.Reset(body, limits); err != nil {
		return err
	}
	return t.readV2()
}

func (t *translation) readV1() error {
	for m, err := range t.v1.Metadata() {
		if err != nil {
			return err
		}
		t.families.learn(t.tenant, m.Family, m)
	}
	for {
		s, err := t.v1.Next()
		if s == nil || err != nil {
			return err
		}
		hash := hashEncoded(s.LabelBytes)
		id := t.memory.series.get(hash, s.LabelBytes)
		if id != nil {
			t.hits++
		} else {
			t.misses++
			var why reason
			if id, why, err = t.identify(s.LabelBytes); err != nil {
				return err
			}
			if why != accepted {
				t.reject(why, s)
				continue
			}
			id.hash = hash
			t.weight += id.size()
			t.memory.series.put(id)
		}
		if err := t.take(s, series{id: id}, &id.labelSet); err != nil {
			return err
		}
	}
}

// identify decodes the labels of a 1.0 series that the cache does not know.
func (t *translation) identify(encoded []byte) (*identity, reason, error) {
	if _, more := remotewrite.CutLabels(encoded, t.limits.Labels); more {
		return nil, reasonLabels, nil
	}
	text := string(encoded)
	labels, err := remotewrite.AppendLabels(t.pairs[:0], encoded, text)
	t.pairs = labels
	if err != nil {
		return nil, accepted, err
	}
	ascii := remotewrite.IsASCII(encoded)
	id := &identity{encoded: text, attrs: make([]remotewrite.Label, 0, len(labels))}
	t.reader.reset()
	t.symbols = append(t.symbols[:0], newSymbol("", true))
	for i, l := range labels {
		t.symbols = append(t.symbols, newSymbol(l.Name, ascii), newSymbol(l.Value, ascii))
		attribute, why := t.reader.add(t.symbols, uint32(2*i+1), uint32(2*i+2))
		if why != accepted {
			return nil, why, nil
		}
		if attribute {
			id.attrs = append(id.attrs, l)
		}
	}
	if t.reader.unsorted {
		t.names = t.names[:0]
		for _, l := range labels {
			t.names = append(t.names, l.Name)
		}
		if duplicates(t.names) {
			return nil, reasonDuplicateLabel, nil
		}
		slices.SortFunc(id.attrs, func(a, b remotewrite.Label) int { return strings.Compare(a.Name, b.Name) })
	}
	why := t.reader.finish(t.symbols)
	if why != accepted {
		return nil, why, nil
	}
	if t.sharing {
		id.box()
	}
	id.labelSet = t.reader.set(t.symbols)
	id.scope = slices.Clone(id.scope)
	return id, accepted, nil
}

func (t *translation) readV2() error {
	t.weight = int64(len(t.v2.Symbols())) * weightOfSymbol
	if err := t.checkWeight(); err != nil {
		return err
	}
	ascii := t.v2.ASCII()
	for _, text := range t.v2.Symbols() {
		t.symbols = append(t.symbols, newSymbol(text, ascii))
	}
	for {
		s, err := t.v2.Next()
		if s == nil || err != nil {
			return err
		}
		row := series{attrsFrom: int32(len(t.attrs))}
		if why := t.readRefs(s.LabelRefs); why != accepted {
			t.attrs = t.attrs[:row.attrsFrom]
			t.reject(why, s)
			continue
		}
		row.attrsTo = int32(len(t.attrs))
		if t.frozen {
			row = t.recognize(row)
		}
		labels := t.reader.set(t.symbols)
		if err := t.take(s, row, &labels); err != nil {
			return err
		}
	}
}

// recognize gives a series the list of its attributes that the cache has, or the
// cache the list of the series. Series with the same attributes share one, whatever
// their names and targets are.
func (t *translation) recognize(row series) series {
	refs, hash := t.attrs[row.attrsFrom:row.attrsTo], t.reader.attributes
	if len(refs) == 0 {
		return row
	}
	id := t.memory.series.find(hash, func(id *identity) bool { return t.has(id, refs) })
	if id != nil {
		t.hits++
	} else {
		t.misses++
		if !t.memory.series.admits() {
			return row
		}
		id = t.listed(refs)
		id.hash = hash
		t.weight += id.size()
		t.memory.series.put(id)
	}
	t.attrs = t.attrs[:row.attrsFrom]
	return series{id: id, attrsFrom: row.attrsFrom, attrsTo: row.attrsFrom}
}

// has reports whether an identity has the attributes that refs stand for. Symbols
// become the identity's strings: comparing those with themselves costs little, and
// what is remembered next shares them.
func (t *translation) has(id *identity, refs []uint32) bool {
	if id.encoded != "" || 2*len(id.attrs) != len(refs) {
		return false
	}
	for i := range id.attrs {
		known, name, value := &id.attrs[i], &t.symbols[refs[2*i]], &t.symbols[refs[2*i+1]]
		if name.text != known.Name || value.text != known.Value {
			return false
		}
		if !name.owned {
			name.text, name.owned = known.Name, true
		}
		if value.box == nil {
			value.text, value.owned, value.box = known.Value, true, id.list[i].value
		}
	}
	return true
}

// listed makes an identity of the attributes that refs stand for.
func (t *translation) listed(refs []uint32) *identity {
	n := len(refs) / 2
	id := &identity{attrs: make([]remotewrite.Label, n), list: make([]keyValue, n)}
	for i := range n {
		name, value := &t.symbols[refs[2*i]], &t.symbols[refs[2*i+1]]
		name.own()
		box := value.ownBox()
		id.attrs[i] = remotewrite.Label{Name: name.text, Value: value.text}
		id.list[i] = keyValue{value: box, key: name.text}
	}
	return id
}

// readRefs reads the labels of a 2.0 series.
func (t *translation) readRefs(refs []uint32) reason {
	symbols := t.symbols
	from := len(t.attrs)
	if len(refs)%2 != 0 {
		return reasonReference
	}
	if len(refs)/2 > t.limits.Labels {
		return reasonLabels
	}
	t.reader.reset()
	for i := 0; i+1 < len(refs); i += 2 {
		name, value := refs[i], refs[i+1]
		if uint64(name) >= uint64(len(symbols)) || uint64(value) >= uint64(len(symbols)) {
			return reasonReference
		}
		attribute, why := t.reader.add(symbols, name, value)
		if why != accepted {
			return why
		}
		if attribute {
			t.attrs = append(t.attrs, name, value)
		}
	}
	if t.reader.unsorted {
		if why := t.sortRefs(refs, t.attrs[from:]); why != accepted {
			return why
		}
	}
	return t.reader.finish(symbols)
}

// sortRefs brings the attributes of a series whose labels came in another order
// into the order of their names. Senders must sort them, but some do not, and
// nothing is lost.
func (t *translation) sortRefs(refs, attrs []uint32) reason {
	t.names = t.names[:0]
	for i := 0; i < len(refs); i += 2 {
		t.names = append(t.names, t.symbols[refs[i]].text)
	}
	if duplicates(t.names) {
		return reasonDuplicateLabel
	}
	pairs := make([][2]uint32, 0, len(attrs)/2)
	for i := 0; i < len(attrs); i += 2 {
		pairs = append(pairs, [2]uint32{attrs[i], attrs[i+1]})
	}
	slices.SortFunc(pairs, func(a, b [2]uint32) int { return strings.Compare(t.symbols[a[0]].text, t.symbols[b[0]].text) })
	for i, p := range pairs {
		attrs[2*i], attrs[2*i+1] = p[0], p[1]
	}
	return accepted
}

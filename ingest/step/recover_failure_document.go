package step

import "github.com/sluice-otel/sluice/ingest/document"

// RecoverFailureDocument turns a document of a failure store back into the one
// that failed. The failure document, without the source it carries, is kept in
// _ingest.pre_recovery.
type RecoverFailureDocument struct{}

func readRecoverFailureDocument(*Options) Processor { return RecoverFailureDocument{} }

var failedPath = document.MustPath("document")

// failureFields are the fields every document of a failure store has.
var failureFields = [...]struct {
	path document.Path
	name string
}{
	{failedPath, "document"}, {document.MustPath("document.source"), "source"}, {document.MustPath("error"), "error"},
}

// Compile implements Processor.
func (RecoverFailureDocument) Compile(Env) (Step, error) { return Func(recoverFailure), nil }

func recoverFailure(d *document.Document) error {
	for _, f := range failureFields {
		if !d.Has(f.path) {
			return document.Illegalf("field [%s] not present as part of path [%s]", f.name, f.path.String())
		}
	}
	d.Ingest().Put("pre_recovery", preRecovery(d))
	v, err := d.Get(failedPath)
	if err != nil {
		return err
	}
	if v.Kind() != document.KindMap {
		return document.CannotCast(failedPath.String(), v, document.KindMap)
	}
	if err := recoverMetadata(d, v.Map()); err != nil {
		return err
	}
	return recoverSource(d, v.Map())
}

// preRecovery returns the failure document: all but the source of the one that
// failed.
func preRecovery(d *document.Document) document.Value {
	all := d.NewMapOf(d.Metadata().Len() + d.Source().Len())
	for key, v := range d.Metadata().All() {
		all.Put(key, v)
	}
	for key, v := range d.Source().All() {
		if failed := v.Map(); key == failedPath.String() && failed != nil {
			v = document.MapOf(copyWithout(d, failed, "source"))
		}
		all.Put(key, v)
	}
	return document.MapOf(all)
}

func copyWithout(d *document.Document, m *document.Map, without string) *document.Map {
	out := d.NewMapOf(m.Len())
	for key, v := range m.All() {
		if key != without {
			out.Put(key, v)
		}
	}
	return out
}

// failedMetadata are the keys of a failed document that become metadata.
var failedMetadata = [...]struct {
	key  string
	path document.Path
}{
	{"index", indexPath}, {"routing", document.MustPath("_routing")}, {"id", document.MustPath("_id")},
}

func recoverMetadata(d *document.Document, failed *document.Map) error {
	for _, f := range failedMetadata {
		v, _ := failed.Get(f.key)
		if v.IsNull() {
			continue
		}
		if v.Kind() != document.KindString {
			return cannotCastClass(v.Kind().Class(), document.KindString.Class())
		}
		if err := d.Set(f.path, v); err != nil {
			return err
		}
	}
	return nil
}

func recoverSource(d *document.Document, failed *document.Map) error {
	v, _ := failed.Get("source")
	if v.IsNull() {
		return document.Throwf(document.NullPointer, `Cannot invoke "java.util.Map.size()" because "m" is null`)
	}
	if v.Kind() != document.KindMap {
		return cannotCastClass(v.Kind().Class(), "java.util.Map")
	}
	source := d.NewMap()
	for key, item := range v.Map().All() {
		source.Put(key, item)
	}
	d.SetSource(source)
	return nil
}

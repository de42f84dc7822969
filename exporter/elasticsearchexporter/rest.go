package elasticsearchexporter

import (
	"go.opentelemetry.io/collector/pdata/plog"
)

// each visits the records of a batch in order until visit returns false. enter is
// called before those of each scope.
func each(ld plog.Logs, enter func(plog.ResourceLogs, plog.ScopeLogs), visit func(ordinal int, s *source) bool) {
	var s source
	ordinal := 0
	for _, s.resource = range ld.ResourceLogs().All() {
		for _, s.scope = range s.resource.ScopeLogs().All() {
			enter(s.resource, s.scope)
			for _, s.record = range s.scope.LogRecords().All() {
				if !visit(ordinal, &s) {
					return
				}
				ordinal++
			}
		}
	}
}

// only returns a copy of those records of a batch whose ordinals are given, in
// ascending order, with the resources and scopes around them.
func only(ld plog.Logs, ordinals []int) plog.Logs {
	out := plog.NewLogs()
	var resource plog.ResourceLogs
	var scope plog.ScopeLogs
	var inResource, inScope plog.LogRecordSlice // zero until something is in them
	var from source
	enter := func(r plog.ResourceLogs, s plog.ScopeLogs) {
		if from.resource != r {
			inResource = plog.LogRecordSlice{}
		}
		from.resource, from.scope, inScope = r, s, plog.LogRecordSlice{}
	}
	each(ld, enter, func(ordinal int, s *source) bool {
		if len(ordinals) == 0 {
			return false
		}
		if ordinal != ordinals[0] {
			return true
		}
		ordinals = ordinals[1:]
		if inResource == (plog.LogRecordSlice{}) {
			resource = out.ResourceLogs().AppendEmpty()
			s.resource.Resource().CopyTo(resource.Resource())
			resource.SetSchemaUrl(s.resource.SchemaUrl())
		}
		if inScope == (plog.LogRecordSlice{}) {
			scope = resource.ScopeLogs().AppendEmpty()
			s.scope.Scope().CopyTo(scope.Scope())
			scope.SetSchemaUrl(s.scope.SchemaUrl())
			inScope, inResource = scope.LogRecords(), scope.LogRecords()
		}
		s.record.CopyTo(inScope.AppendEmpty())
		return true
	})
	return out
}

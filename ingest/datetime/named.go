package datetime

// named has Elasticsearch's named formats.
var named = map[string]func() []form{
	"iso8601":      func() []form { return []form{{iso: &isoForm{}}} },
	"epoch_second": func() []form { return []form{{unit: 1_000_000_000}} },
	"epoch_millis": func() []form { return []form{{unit: 1_000_000}} },
}

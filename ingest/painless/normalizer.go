package painless

import (
	"golang.org/x/text/unicode/norm"

	"github.com/sluice-otel/sluice/ingest/document"
)

var normalForms = enumValues("java.text.Normalizer$Form", "NFD", "NFC", "NFKD", "NFKC")

// forms has the forms by their ordinals.
var forms = [...]norm.Form{norm.NFD, norm.NFC, norm.NFKD, norm.NFKC}

func normalizerForms() classSpec { return enumSpec(normalForms) }

// normalizerClass is java.text.Normalizer: the forms of Unicode Standard Annex 15.
func normalizerClass() classSpec {
	return classSpec{
		name: "Normalizer", java: "java.text.Normalizer",
		statics: []member{
			{"String normalize(CharSequence, Normalizer.Form)", func(t *thread, args []Value) Value {
				return t.newText(forms[enumIn(args[1]).ordinal].String(t.text(args[0])))
			}},
			{"boolean isNormalized(CharSequence, Normalizer.Form)", func(t *thread, args []Value) Value {
				return document.Boolean(forms[enumIn(args[1]).ordinal].IsNormalString(t.text(args[0])))
			}},
		},
	}
}

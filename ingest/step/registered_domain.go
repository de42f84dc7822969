package step

import (
	"net/netip"
	"strings"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"

	"github.com/sluice-otel/sluice/ingest/document"
)

// RegisteredDomain takes a domain name apart: its public suffix, the domain
// registered below it and what is in front.
type RegisteredDomain struct {
	Field         string
	TargetField   string // the object to put the parts in; "" is the document
	FailOnMissing bool   // ignore_missing: false
}

func readRegisteredDomain(o *Options) Processor {
	return RegisteredDomain{
		Field:         o.String("field"),
		TargetField:   o.OptionalString("target_field", ""),
		FailOnMissing: !o.Bool("ignore_missing", true),
	}
}

// domainParts are the fields the processor sets, in this order.
var domainParts = [...]string{"domain", "registered_domain", "top_level_domain", "subdomain"}

// Compile implements Processor.
func (r RegisteredDomain) Compile(Env) (Step, error) {
	source, err := document.ParsePath(r.Field)
	if err != nil {
		return nil, InOption("field", err)
	}
	s := &registeredDomainStep{source: source, ignoreMissing: !r.FailOnMissing}
	prefix := r.TargetField
	if prefix != "" {
		prefix += "."
	}
	for i, part := range domainParts {
		if s.targets[i], err = document.ParsePath(prefix + part); err != nil {
			return nil, InOption("target_field", err)
		}
	}
	return s, nil
}

type registeredDomainStep struct {
	source        document.Path
	targets       [len(domainParts)]document.Path
	ignoreMissing bool
}

// Run implements Step.
func (s *registeredDomainStep) Run(d *document.Document) error {
	name, ok, err := requiredText(d, s.source, s.ignoreMissing)
	if err != nil {
		return err
	}
	var parts [len(domainParts)]string
	if ok {
		parts, ok = splitDomain(name)
	}
	if !ok {
		if s.ignoreMissing {
			return nil
		}
		return document.Illegalf("unable to set domain information for document")
	}
	for i, part := range parts {
		if part == "" {
			continue
		}
		if err := d.Set(s.targets[i], document.String(part)); err != nil {
			return err
		}
	}
	return nil
}

// splitDomain returns the parts of a domain name in the order of domainParts.
// What has no known suffix, or is but one label, has none. The rules are those
// of the PublicSuffixMatcher in Apache's HttpClient: the suffix of a private
// rule, such as github.io, counts as a registered domain.
func splitDomain(name string) (parts [len(domainParts)]string, ok bool) {
	suffix, root := publicSuffix(strings.TrimPrefix(name, "."))
	switch {
	case suffix == "":
		return parts, false
	case root == "":
		return [...]string{name, "", name, ""}, true
	case strings.HasPrefix(name, "."):
		return parts, false
	}
	_, top, ok := strings.Cut(root, ".")
	if !ok || top == "" {
		return parts, false
	}
	parts = [...]string{name, root, top, ""}
	if before := strings.LastIndex(name, "."+root); before > 0 {
		parts[3] = name[:before]
	}
	return parts, true
}

// publicSuffix returns the public suffix of a name and the registered domain,
// both in lower case; root is empty if the name is a suffix itself, both are if
// its suffix is not known.
func publicSuffix(name string) (suffix, root string) {
	name = strings.ToLower(name)
	ascii, err := idna.Punycode.ToASCII(name)
	if err != nil {
		ascii = name
	}
	suffix, icann := publicsuffix.PublicSuffix(ascii)
	labels := strings.Count(suffix, ".") + 1
	if _, isIP := netip.ParseAddr(name); suffix == "" || !icann && labels == 1 || isIP == nil {
		return "", ""
	}
	suffix = lastLabels(name, labels)
	switch {
	case !icann:
		return suffix, suffix
	case suffix == name:
		return suffix, ""
	}
	return suffix, lastLabels(name, labels+1)
}

// lastLabels returns the last n labels of a name.
func lastLabels(name string, n int) string {
	at := len(name)
	for ; n > 0 && at >= 0; n-- {
		at = strings.LastIndexByte(name[:at], '.')
	}
	return name[at+1:]
}

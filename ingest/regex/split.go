package regex

// Split returns what is between the matches in text, as String.split does: at
// most limit parts if limit is positive; without the empty ones at the end if
// it is 0; no empty part before an empty match at the start. A text without a
// match is the only part. The error is ErrBudget.
func (r *Regex) Split(text string, limit int) ([]string, error) {
	var slots [2]int
	var parts []string
	done := 0
	err := r.eachMatch(text, slots[:], func() bool {
		if limit > 0 && len(parts) == limit-1 {
			return false
		}
		if done == 0 && slots[1] == 0 {
			return true
		}
		parts = append(parts, text[done:slots[0]])
		done = slots[1]
		return true
	})
	if err != nil {
		return nil, err
	}
	if done == 0 {
		return []string{text}, nil
	}
	parts = append(parts, text[done:])
	if limit == 0 {
		for len(parts) > 0 && parts[len(parts)-1] == "" {
			parts = parts[:len(parts)-1]
		}
	}
	return parts, nil
}

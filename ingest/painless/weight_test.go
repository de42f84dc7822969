package painless

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// What looks at all of something large costs steps by its size: each of these would take
// from seconds to minutes if a round of the loop were all that it costs.
func TestLargeValuesUseTheBudgetUp(t *testing.T) {
	const text, list = `String s = 'x'; for (int i = 0; i < 18; i++) { s = s + s } `, `def l = []; for (int i = 0; i < 100000; i++) { l.add(i) } `
	const built = `StringBuilder b = new StringBuilder(); for (int i = 0; i < 100000; i++) { b.append('aé') } `
	for _, script := range []string{
		text + `for (int i = 0; i < 1000000; i++) { s.indexOf('y') }`,
		text + `for (int i = 0; i < 1000000; i++) { s.hashCode() }`,
		text + `def d = s; for (int i = 0; i < 1000000; i++) { d.sha256() }`,
		text + `for (int i = 0; i < 1000000; i++) { s.splitOnToken('y') }`,
		`String s = 'é'; for (int i = 0; i < 16; i++) { s = s + s } for (int i = 0; i < 1000000; i++) { s.substring(5, 100) }`,
		list + `for (int i = 0; i < 1000000; i++) { l.hashCode() }`,
		list + `for (int i = 0; i < 1000000; i++) { l.contains(-1) }`,
		list + `for (int i = 0; i < 1000000; i++) { l.remove(0); l.add(1) }`,
		list + `def s = new HashSet(l); for (int i = 0; i < 1000000; i++) { s.removeIf(x -> false) }`,
		`def m = [:]; for (int i = 0; i < 50000; i++) { m.put('k' + i, i) } for (int i = 0; i < 1000000; i++) { m.toString() }`,
		list + `for (int i = 0; i < 1000000; i++) { boolean same = l == l.subList(0, 99999) }`,
		text + `def o = s + 'y'; for (int i = 0; i < 1000000; i++) { boolean same = s.charAt(9) == o.charAt(9); new ArrayList() }`,
		`String s = 'xé'; for (int i = 0; i < 17; i++) { s = s + s } def o = s + 'y'; for (int i = 0; i < 1000000; i++) { boolean same = s.charAt(9) == o.charAt(9) }`,
		built + `for (int i = 0; i < 1000000; i++) { b.length() }`,
		built + `for (int i = 0; i < 1000000; i++) { b.charAt(1) }`,
		built + `for (int i = 0; i < 1000000; i++) { b.setCharAt(1, (char) 'b') }`,
		built + `for (int i = 0; i < 1000000; i++) { b.toString() }`,
		built + `for (int i = 0; i < 1000000; i++) { b.indexOf('z') }`,
		`IntStream.range(0, 100000000).sum()`,
		`def x = new BigInteger('3').pow(10000); for (int i = 0; i < 1000000; i++) { x.mod(x.add(BigInteger.ONE)) }`,
		`def x = BigDecimal.ONE; for (int i = 0; i < 1000000; i++) { x.divide(new BigDecimal('3.7'), new MathContext(15000)) }`,
		`def x = new BigInteger('2').pow(8000); for (int i = 0; i < 1000000; i++) { x.modPow(x, x.add(BigInteger.TEN)) }`,
	} {
		compiled, err := CompileScript(script, Settings{})
		require.NoError(t, err, script)
		require.ErrorContains(t, compiled.Run(newDocument(t, `{}`)), "The script has", script)
	}
}

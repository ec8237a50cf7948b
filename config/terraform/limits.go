package terraform

import (
	"fmt"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// What one directory may ask for. Each is far beyond what people write; each keeps a mistake or an attack from
// exhausting the machine.
const (
	maxFile      = 64 << 20  // bytes of one file
	maxHashed    = 256 << 20 // bytes of one file that is only hashed: more than AWS takes as the package of a function
	maxRead      = 1 << 30   // bytes of all files that expressions read
	maxConfig    = 4 << 20   // bytes of one .tf file; the largest that people write have some hundred kB
	maxTokens    = 500_000   // words and signs of one file in HCL, elements of one in JSON
	maxProblems  = 100       // of one directory
	maxNesting   = 500       // brackets and templates inside each other
	maxNodes     = 1_000_000 // elements in one value
	maxText      = 64 << 20  // bytes of text in one value
	maxExponent  = 1 << 14   // binary exponent of a number
	maxSteps     = 1_000_000 // loop turns and references in one evaluation
	maxFailed    = 20        // elements of one loop whose errors are told
	maxChain     = 1000      // references that lead to each other
	maxInstances = 10_000    // of one resource or module
	maxScopes    = 10_000    // module instances in all
	maxFiles     = 100_000   // files visited by one fileset
	maxSource    = 1000      // directories deep in module calls
)

// maxTime is for all evaluations of a directory. It ends what is slow in spite of all other bounds: a step over a large
// value takes as long as thousands of others. The largest directories that people write take a twentieth of it.
const maxTime = 10 * time.Second

// limits are those that a test makes smaller.
type limits struct {
	steps, scopes int
	time          time.Duration // 0 means none
}

// weigh returns an error for a value that is too large to go on with.
func weigh(v cty.Value) error {
	w := scale{nodes: maxNodes, text: maxText}
	return w.add(v, 0)
}

type scale struct{ nodes, text int }

func (s *scale) add(v cty.Value, depth int) error {
	if v == cty.NilVal {
		return nil
	}
	v, _ = v.Unmark()
	if s.nodes--; s.nodes < 0 {
		return fmt.Errorf("the value has more than %d elements", maxNodes)
	}
	if depth > 2*maxNesting {
		return fmt.Errorf("the value is nested more than %d levels deep", 2*maxNesting)
	}
	if v.IsNull() || !v.IsKnown() {
		return nil
	}
	switch t := v.Type(); {
	case t == cty.String:
		if s.text -= len(v.AsString()); s.text < 0 {
			return fmt.Errorf("the value holds more than %d MiB of text", maxText>>20)
		}
	case t == cty.Number:
		if exp := v.AsBigFloat().MantExp(nil); exp > maxExponent || exp < -maxExponent {
			return fmt.Errorf("the number is out of range")
		}
	case t.IsCapsuleType() || t.IsPrimitiveType():
	default:
		for it := v.ElementIterator(); it.Next(); {
			_, e := it.Element()
			if err := s.add(e, depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}

// tooLarge is the diagnostic for a value that weigh refuses.
func tooLarge(err error, subject hcl.Range) *hcl.Diagnostic {
	return &hcl.Diagnostic{
		Severity: hcl.DiagError,
		Summary:  "Value too large",
		Detail:   fmt.Sprintf("This expression cannot be evaluated: %s.", err),
		Subject:  &subject,
	}
}

// weigh is weigh for an argument of a function, which goes through all of it: that counts as steps, too.
func (m *Module) weigh(v cty.Value) error {
	w := scale{nodes: maxNodes, text: maxText}
	err := w.add(v, 0)
	m.steps += (maxNodes - w.nodes) / nodesInStep
	return err
}

// nodesInStep is how many elements of a value take about as long as a step.
const nodesInStep = 100

// tick counts a step of the evaluation. It returns a diagnostic when there have been too many, or when they take too long.
func (m *Module) tick(subject hcl.Range) *hcl.Diagnostic {
	if m.exhausted != nil {
		return m.exhausted
	}
	if m.started.IsZero() {
		m.started = time.Now()
	}
	took := ""
	switch m.steps++; {
	case m.steps > m.limits.steps:
		took = fmt.Sprintf("%d steps", m.limits.steps)
	case m.limits.time > 0 && time.Since(m.started) > m.limits.time:
		took, m.late = m.limits.time.String(), true
	default:
		return nil
	}
	m.exhausted = &hcl.Diagnostic{
		Severity: hcl.DiagError,
		Summary:  "Evaluation too long",
		Detail: fmt.Sprintf("The evaluation took more than %s. It is given up here; loops inside loops "+
			"over long lists are the usual cause.", took),
		Subject: &subject,
	}
	return m.exhausted
}

// restart begins a new evaluation with a new number of steps. There is only one amount of time.
func (m *Module) restart() {
	if m.steps = 0; !m.late {
		m.exhausted = nil
	}
}

package terraform

import (
	"bufio"
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"
)

// The differential tests put the same generated expressions and directories to the terraform command, where there is one,
// and to this package (TF-082). What they found is kept in testdata with the answers of Terraform 1.11 and is held against
// this package everywhere. More than the usual handful, with other seeds:
//
//	go test ./config/terraform -run Differential -differential 20000 -seed 7
//
// -update asks the command, not this package, for the recorded answers.
var (
	cases = flag.Int("differential", 300, "how many generated expressions to put to the terraform command")
	seed  = flag.Uint64("seed", 1, "of the generated expressions and directories")
)

// A command is the terraform command.
type command struct{ path, empty string }

// terraformCommand finds the command; without it only the recorded answers can be tested.
func terraformCommand(t *testing.T) (command, bool) {
	t.Helper()
	path, err := exec.LookPath("terraform")
	return command{path, t.TempDir()}, err == nil
}

// run runs the command in a directory, without network and with nothing of the user's configuration.
func (c command) run(dir string, env []string, args ...string) ([]byte, error) {
	cmd := exec.Command(c.path, args...)
	cmd.Dir = dir
	cmd.Env = append([]string{
		"HOME=/home/u", "PATH=" + c.empty, "CHECKPOINT_DISABLE=1", "TF_CLI_CONFIG_FILE=" + os.DevNull, "TF_IN_AUTOMATION=1",
		"HTTP_PROXY=http://127.0.0.1:1", "HTTPS_PROXY=http://127.0.0.1:1",
	}, env...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return stdout.Bytes(), fmt.Errorf("terraform %s: %w\n%s", args[0], err, stderr.Bytes())
	}
	return stdout.Bytes(), nil
}

// A planned value is an output as terraform show -json prints it.
type planned struct {
	Sensitive bool            `json:"sensitive"`
	Type      json.RawMessage `json:"type"`
	Value     json.RawMessage `json:"value"`
}

// answers asks Terraform for the values of expressions, in the world of companions.
func (c command) answers(t *testing.T, dir string, exprs []string) []string {
	t.Helper()
	if len(exprs) == 0 {
		return nil
	}
	var b strings.Builder
	for i, e := range exprs {
		fmt.Fprintf(&b, "output \"e%d\" {\n sensitive = true\n value = try({ v = %s, s = issensitive(%s) }, { failed = true })\n}\n", i, e, e)
	}
	if err := os.WriteFile(filepath.Join(dir, "outputs.tf"), []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := c.run(dir, nil, "plan", "-input=false", "-out=plan")
	if err != nil {
		if len(exprs) == 1 {
			return []string{"error"} // one that try cannot catch
		}
		half := len(exprs) / 2
		return append(c.answers(t, dir, exprs[:half]), c.answers(t, dir, exprs[half:])...)
	}
	out, err := c.run(dir, nil, "show", "-json", "plan")
	if err != nil {
		t.Fatal(err)
	}
	var plan struct {
		Values struct{ Outputs map[string]planned } `json:"planned_values"`
	}
	if err := json.Unmarshal(out, &plan); err != nil {
		t.Fatal(err)
	}
	list := make([]string, len(exprs))
	for i := range exprs {
		list[i] = answer(t, plan.Values.Outputs[fmt.Sprint("e", i)])
	}
	return list
}

// answer reads one of the outputs that answers writes.
func answer(t *testing.T, p planned) string {
	t.Helper()
	if p.Type == nil {
		return "unknown"
	}
	var typ []json.RawMessage
	var types, values map[string]json.RawMessage
	for _, part := range []struct {
		src json.RawMessage
		to  any
	}{{p.Type, &typ}, {p.Value, &values}} {
		if err := json.Unmarshal(part.src, part.to); err != nil {
			t.Fatalf("%s: %s", part.src, err)
		}
	}
	if err := json.Unmarshal(typ[1], &types); err != nil {
		t.Fatal(err)
	}
	if types["failed"] != nil {
		return "error"
	}
	text := compact(types["v"]) + " " + compact(values["v"])
	if string(values["s"]) == "true" {
		text += " sensitive"
	}
	return text
}

func compact(src []byte) string {
	var b bytes.Buffer
	_ = json.Compact(&b, src)
	return b.String()
}

// ours evaluates an expression as answers does.
func ours(m *Module, src string) string {
	expr, diags := hclsyntax.ParseExpression([]byte(src), "test.tf", hcl.InitialPos)
	if diags.HasErrors() {
		return "error"
	}
	m.limits.time = 0
	m.restart()
	v, diags := m.value(expr, m.root.ctx)
	v, more := settle(v)
	if append(diags, more...).HasErrors() {
		return "error"
	}
	return jsonText(v)
}

// jsonText is the type and the value as terraform show -json has them.
func jsonText(v cty.Value) string {
	_, marks := v.Unmark()
	plain, _ := v.UnmarkDeep()
	if !plain.IsWhollyKnown() {
		return "unknown"
	}
	plain, err := cty.Transform(plain, planned64)
	if err != nil {
		return err.Error()
	}
	typ, err := ctyjson.MarshalType(plain.Type())
	if err != nil {
		return err.Error()
	}
	text, err := ctyjson.Marshal(plain, plain.Type())
	if err != nil {
		return "error" // an infinite number, which no plan can hold
	}
	out := compact(typ) + " " + compact(text)
	if _, ok := marks[Sensitive{}]; ok {
		out += " sensitive"
	}
	return out
}

// planned64 is a number as a plan holds it: as a float64 if it is one, so that 0.1 does not have all its digits.
func planned64(_ cty.Path, v cty.Value) (cty.Value, error) {
	if v.Type() != cty.Number || v.IsNull() || v.AsBigFloat().IsInf() {
		return v, nil
	}
	if f, accuracy := v.AsBigFloat().Float64(); accuracy == big.Exact && !v.AsBigFloat().IsInt() {
		return cty.NumberFloatVal(f), nil
	}
	return v.Add(cty.Zero), nil // which takes the sign off zero
}

// oneLine writes an expression in one line; back is its inverse.
func oneLine(expr string) string { return strings.ReplaceAll(expr, "\n", "↵") }

func back(line string) string { return strings.ReplaceAll(line, "↵", "\n") }

// TestDifferentialExpressions holds generated expressions against the terraform command. What is left of disagreement in
// long runs is a side of a condition that is not chosen and fails in its middle: Terraform takes the type of its ruins, here
// it has no type to say (TF-052).
func TestDifferentialExpressions(t *testing.T) {
	tf, found := terraformCommand(t)
	if !found {
		t.Log("no terraform command: TestRecordedExpressions has its recorded answers")
		return
	}
	g := newGrammar(*seed)
	m := companionModule(t)
	failed := 0
	for done := 0; done < *cases; {
		var batch []string
		for len(batch) < min(*cases-done, 1000) {
			e := g.expr("any", 1+g.IntN(4))
			if _, diags := hclsyntax.ParseExpression([]byte(e), "", hcl.InitialPos); !diags.HasErrors() && len(e) < 2000 {
				batch = append(batch, e)
			}
		}
		for i, want := range tf.answers(t, m.dir, batch) {
			switch want {
			case "error":
				failed++
			case "unknown":
				continue // formatlist of a null, which Terraform 1.11 never knows and later ones refuse
			}
			if d := cmp.Diff(want, ours(m, batch[i])); d != "" {
				t.Errorf("TF-082: %s (-terraform +edgecase)\n%s", oneLine(batch[i]), d)
			}
		}
		done += len(batch)
	}
	t.Logf("%d expressions, of which Terraform refuses %d", *cases, failed)
}

func companionModule(t *testing.T) *Module {
	t.Helper()
	m, diags := load(t, Options{Env: func(name string) (string, bool) { return map[string]string{"HOME": "/home/u"}[name], name == "HOME" }}, companions)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	return m
}

// TestRecordedExpressions holds what the differential test found against the recorded answers of Terraform.
func TestRecordedExpressions(t *testing.T) {
	golden := filepath.Join("testdata", "differential.txt")
	src, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	var exprs, want []string
	for lines := bufio.NewScanner(bytes.NewReader(src)); lines.Scan(); {
		e, w, _ := strings.Cut(lines.Text(), "  =>  ")
		exprs, want = append(exprs, back(e)), append(want, w)
	}
	m := companionModule(t)
	if tf, found := terraformCommand(t); found && *update {
		var out strings.Builder
		want = tf.answers(t, m.dir, exprs)
		for i, e := range exprs {
			fmt.Fprintf(&out, "%s  =>  %s\n", oneLine(e), want[i])
		}
		if err := os.WriteFile(golden, []byte(out.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for i, e := range exprs {
		t.Run("TF-082/"+oneLine(e), func(t *testing.T) {
			if d := cmp.Diff(want[i], ours(m, e)); d != "" {
				t.Errorf("%s (-want +got)\n%s", e, d)
			}
		})
	}
}

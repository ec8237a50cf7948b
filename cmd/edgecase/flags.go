package main

import (
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"strconv"
	"strings"

	"github.com/spf13/pflag"
)

// flags are what every command takes.
type flags struct {
	terraform    string
	config       string
	inputs       given // --var and --var-file, in their order (TF-020)
	workspace    string
	distribution string
	origins      given
	strict       bool
	format       string
	logLevel     string
	logFormat    string
	noColor      bool
}

func (f *flags) register(fs *pflag.FlagSet) {
	fs.SortFlags = false
	fs.StringVarP(&f.terraform, "terraform", "t", "", "a Terraform directory or the JSON of a plan or a state, as `PATH`")
	fs.StringVarP(&f.config, "config", "c", "", "an edgecase.hcl; \"none\" reads no `FILE`")
	fs.Var(f.inputs.flag("var", "NAME=VALUE", checkPair), "var", "a Terraform variable (repeatable)")
	fs.Var(f.inputs.flag("var-file", "FILE", nil), "var-file", "a file of Terraform variables (repeatable)")
	fs.StringVar(&f.workspace, "workspace", "", "the Terraform workspace's `NAME`")
	fs.StringVar(&f.distribution, "distribution", "", "only the distribution with this `ADDRESS`")
	fs.Var(f.origins.flag("origin", "ID=PLACE", checkOrigin), "origin",
		"where an origin is: a URL, a directory, s3://bucket@URL,\necho or none (repeatable)")
	fs.BoolVar(&f.strict, "strict", false, "what is not emulated, and an origin that is not mapped, is an error")
	fs.StringVar(&f.format, "format", "text", "the `FORMAT` of results: text or json")
	fs.StringVar(&f.logLevel, "log-level", "info", "the least `LEVEL` logged: debug, info, warn, error")
	fs.StringVar(&f.logFormat, "log-format", "text", "the `FORMAT` of the log: text or json")
	fs.BoolVar(&f.noColor, "no-color", false, "print without color")
}

// check refuses values outside a closed list. The formats of results differ by command; each checks its own.
func (f *flags) check() error {
	if _, err := f.level(); err != nil {
		return usageError("levels are debug, info, warn and error", "--log-level %q is not a level", f.logLevel)
	}
	if f.logFormat != "text" && f.logFormat != "json" {
		return usageError("formats of the log are text and json", "--log-format %q is not a format", f.logFormat)
	}
	return nil
}

func (f *flags) level() (slog.Level, error) {
	var l slog.Level
	err := l.UnmarshalText([]byte(f.logLevel))
	return l, err
}

// A given is the values of one or several repeatable flags, in the order in which they count: what comes later goes
// before what came earlier.
type given []entry

// An entry is one value, and who gave it.
type entry struct {
	flag   string // "var-file"
	value  string
	source string // "--var-file", "EDGECASE_VAR_FILE"
}

// values returns the bare values.
func (g given) values() []string {
	var list []string
	for _, e := range g {
		list = append(list, e.value)
	}
	return list
}

// flag returns the pflag.Value that appends to the list.
func (g *given) flag(name, kind string, check func(string) error) pflag.Value {
	return &repeatable{list: g, name: name, kind: kind, check: check}
}

// A repeatable is a flag that can be given several times, and as a list in the environment.
type repeatable struct {
	list       *given
	name, kind string
	check      func(string) error
}

// String is what --help prints as the default: nothing.
func (r *repeatable) String() string { return "" }

// Type is what --help prints as the flag's value.
func (r *repeatable) Type() string { return r.kind }

// Set appends one value of the command line.
func (r *repeatable) Set(s string) error {
	if r.check != nil {
		if err := r.check(s); err != nil {
			return err
		}
	}
	*r.list = append(*r.list, entry{r.name, s, "--" + r.name})
	return nil
}

// setEnv puts the values of an environment variable in front of those of the command line, which go before them.
func (r *repeatable) setEnv(name, value string) error {
	var list given
	for _, s := range splitList(value, strings.Contains(r.kind, "=")) {
		if r.check != nil {
			if err := r.check(s); err != nil {
				return err
			}
		}
		list = append(list, entry{r.name, s, name})
	}
	*r.list = append(list, *r.list...)
	return nil
}

// startsPair finds the beginning of NAME=VALUE.
var startsPair = regexp.MustCompile(`^[^=,"'\[\]{}()]+=|^[^=,"']*\{[^{}"']*\}[^=,"']*=`)

// splitList cuts a list at its commas. In a list of NAME=VALUE a comma only separates where a name follows: values may
// have commas themselves.
func splitList(s string, pairs bool) []string {
	var list []string
	for piece := range strings.SplitSeq(s, ",") {
		if strings.TrimSpace(piece) == "" {
			continue
		}
		if pairs && len(list) > 0 && !startsPair.MatchString(strings.TrimSpace(piece)) {
			list[len(list)-1] += "," + piece
			continue
		}
		list = append(list, piece)
	}
	for i := range list {
		list[i] = strings.TrimSpace(list[i])
	}
	return list
}

// checkPair refuses what is not NAME=VALUE.
func checkPair(s string) error {
	if name, _, ok := strings.Cut(s, "="); !ok || strings.TrimSpace(name) == "" {
		return fmt.Errorf("%q is not NAME=VALUE", s)
	}
	return nil
}

// applyEnvironment sets every flag of a command that has its variable in the environment and was not given on the
// command line: EDGECASE_LOG_LEVEL for --log-level.
func applyEnvironment(fs *pflag.FlagSet, env func(string) (string, bool)) error {
	var first error
	fs.VisitAll(func(f *pflag.Flag) {
		name := environmentName(f.Name)
		value, ok := env(name)
		if !ok || value == "" || first != nil || f.Name == "help" || f.Name == "version" {
			return
		}
		var err error
		if r, repeats := f.Value.(*repeatable); repeats {
			err = r.setEnv(name, value)
		} else if !f.Changed {
			err = fs.Set(f.Name, value)
		}
		if err != nil {
			first = usageError("it stands for --"+f.Name, "%s: %s", name, setError(err))
		}
	})
	return first
}

// environmentName returns the variable that stands for a flag.
func environmentName(flag string) string {
	return "EDGECASE_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// setError returns what is wrong with a value, without the flag that pflag names before it.
func setError(err error) string {
	if invalid, ok := err.(*pflag.InvalidValueError); ok && invalid.Unwrap() != nil {
		return fmt.Sprintf("%q: %v", invalid.GetValue(), plainValue(invalid.Unwrap()))
	}
	return plainValue(err).Error()
}

// plainValue says in words what strconv says of a value.
func plainValue(err error) error {
	bad, ok := errors.AsType[*strconv.NumError](err)
	switch {
	case !ok:
		return err
	case errors.Is(bad, strconv.ErrRange):
		return errors.New("the number is too large")
	case bad.Func == "ParseBool":
		return errors.New("it is neither true nor false")
	}
	return errors.New("it is not a whole number")
}

// flagProblem is what is wrong with a flag of the command line, in words.
func flagProblem(err error) error {
	if invalid, ok := errors.AsType[*pflag.InvalidValueError](err); ok && invalid.Unwrap() != nil {
		return fmt.Errorf("--%s %q: %w", invalid.GetFlag().Name, invalid.GetValue(), plainValue(invalid.Unwrap()))
	}
	return err
}

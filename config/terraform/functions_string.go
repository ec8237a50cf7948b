package terraform

import (
	"bytes"
	"compress/gzip"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"regexp"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

func stringFunctions() map[string]function.Function {
	return map[string]function.Function{
		"endswith": text2("str", "suffix", cty.Bool, func(a, b string) (cty.Value, error) {
			return cty.BoolVal(strings.HasSuffix(a, b)), nil
		}),
		"startswith": text2("str", "prefix", cty.Bool, func(a, b string) (cty.Value, error) {
			return cty.BoolVal(strings.HasPrefix(a, b)), nil
		}),
		"strcontains": text2("str", "substr", cty.Bool, func(a, b string) (cty.Value, error) {
			return cty.BoolVal(strings.Contains(a, b)), nil
		}),
		"replace":          replaceFunction(),
		"base64decode":     text1("str", unbase64),
		"base64gzip":       text1("str", gzipped),
		"textencodebase64": text2("string", "encoding", cty.String, encodeText),
		"textdecodebase64": text2("source", "encoding", cty.String, decodeText),
	}
}

// replaceFunction takes "/…/" as a regular expression (TF-056).
func replaceFunction() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{
			{Name: "str", Type: cty.String}, {Name: "substr", Type: cty.String}, {Name: "replace", Type: cty.String},
		},
		Type: function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			s, old, with := args[0].AsString(), args[1].AsString(), args[2].AsString()
			if len(old) > 1 && old[0] == '/' && old[len(old)-1] == '/' {
				re, err := regexp.Compile(old[1 : len(old)-1])
				if err != nil {
					return cty.UnknownVal(cty.String), function.NewArgError(1, err)
				}
				if n := len(re.FindAllStringIndex(s, -1)); n*(len(with)+1) > maxText || n*strings.Count(with, "$")*len(s) > 16*maxText {
					return cty.UnknownVal(cty.String), fmt.Errorf("the result could be longer than %d MiB", maxText>>20)
				}
				return cty.StringVal(re.ReplaceAllString(s, with)), nil
			}
			return cty.StringVal(strings.ReplaceAll(s, old, with)), nil
		},
	})
}

func unbase64(s string) (string, error) {
	src, err := base64.StdEncoding.DecodeString(s)
	switch {
	case err != nil:
		return "", fmt.Errorf("failed to decode base64 data %q", s)
	case !utf8.Valid(src):
		return "", errors.New("the result of decoding the provided string is not valid UTF-8")
	}
	return string(src), nil
}

func gzipped(s string) (string, error) {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(s)); err != nil {
		return "", err
	}
	if err := w.Close(); err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(b.Bytes()), nil
}

// encodeText knows the encodings that matter; Terraform has the whole IANA list.
func encodeText(s, encoding string) (cty.Value, error) {
	var out []byte
	switch encoding = strings.ToUpper(encoding); encoding {
	case "UTF-8":
		out = []byte(s)
	case "UTF-16":
		out = utf16Bytes("\ufeff"+s, binary.BigEndian)
	case "UTF-16BE":
		out = utf16Bytes(s, binary.BigEndian)
	case "UTF-16LE":
		out = utf16Bytes(s, binary.LittleEndian)
	case "ISO-8859-1", "US-ASCII":
		for _, r := range s {
			if r > 255 || r > 127 && encoding == "US-ASCII" {
				return cty.UnknownVal(cty.String), fmt.Errorf("the given string contains characters that cannot be represented in %s", encoding)
			}
			out = append(out, byte(r))
		}
	default:
		return cty.UnknownVal(cty.String), nil
	}
	return cty.StringVal(base64.StdEncoding.EncodeToString(out)), nil
}

func utf16Bytes(s string, order binary.AppendByteOrder) []byte {
	var out []byte
	for _, u := range utf16.Encode([]rune(s)) {
		out = order.AppendUint16(out, u)
	}
	return out
}

func decodeText(s, encoding string) (cty.Value, error) {
	src, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		return cty.UnknownVal(cty.String), function.NewArgErrorf(0, "the given value is not valid base64: %s", err)
	}
	text := ""
	switch encoding = strings.ToUpper(encoding); encoding {
	case "UTF-8":
		text = strings.ToValidUTF8(string(src), "\ufffd")
	case "UTF-16":
		var order binary.ByteOrder = binary.BigEndian
		if rest, ok := bytes.CutPrefix(src, []byte{0xff, 0xfe}); ok {
			order, src = binary.LittleEndian, rest
		}
		text = utf16Text(bytes.TrimPrefix(src, []byte{0xfe, 0xff}), order)
	case "UTF-16BE":
		text = utf16Text(src, binary.BigEndian)
	case "UTF-16LE":
		text = utf16Text(src, binary.LittleEndian)
	case "ISO-8859-1", "US-ASCII":
		runes := make([]rune, len(src))
		for i, b := range src {
			if runes[i] = rune(b); b > 127 && encoding == "US-ASCII" {
				runes[i] = utf8.RuneError
			}
		}
		text = string(runes)
	default:
		return cty.UnknownVal(cty.String), nil
	}
	if strings.ContainsRune(text, utf8.RuneError) {
		return cty.UnknownVal(cty.String), function.NewArgErrorf(0, "the given string contains symbols that are not defined for %s", encoding)
	}
	return cty.StringVal(text), nil
}

// utf16Text reads UTF-16; half a unit at the end is no symbol.
func utf16Text(src []byte, order binary.ByteOrder) string {
	units := make([]uint16, 0, len(src)/2+1)
	for ; len(src) > 1; src = src[2:] {
		units = append(units, order.Uint16(src))
	}
	if len(src) > 0 {
		units = append(units, utf8.RuneError)
	}
	return string(utf16.Decode(units))
}

// digests are the hash functions, each once for text and once for a file.
func digests() map[string]digest {
	return map[string]digest{
		"md5": {md5.New, hex.EncodeToString}, "sha1": {sha1.New, hex.EncodeToString},
		"sha256": {sha256.New, hex.EncodeToString}, "sha512": {sha512.New, hex.EncodeToString},
		"base64sha256": {sha256.New, base64.StdEncoding.EncodeToString}, "base64sha512": {sha512.New, base64.StdEncoding.EncodeToString},
	}
}

// A digest is a hash and how it is written.
type digest struct {
	hash  func() hash.Hash
	write func([]byte) string
}

func hashFunctions() map[string]function.Function {
	table := map[string]function.Function{
		"uuidv5": text2("namespace", "name", cty.String, uuidv5),
		"uuid": function.New(&function.Spec{
			Type: function.StaticReturnType(cty.String),
			Impl: func([]cty.Value, cty.Type) (cty.Value, error) {
				// TF-058: a reload must not change what is routed where.
				return StandIn("uuid()", "8a3f2c14-6f0b-4e57-9c1d-2b7a5e90d346"), nil
			},
		}),
		"bcrypt": function.New(&function.Spec{
			Params:   []function.Parameter{{Name: "str", Type: cty.String}},
			VarParam: &function.Parameter{Name: "cost", Type: cty.Number},
			Type:     function.StaticReturnType(cty.String),
			Impl: func([]cty.Value, cty.Type) (cty.Value, error) {
				return StandIn("bcrypt()", "$2a$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy"), nil
			},
		}),
		"rsadecrypt": text2("ciphertext", "privatekey", cty.String, func(string, string) (cty.Value, error) {
			return Unknown("rsadecrypt()", cty.String), nil
		}),
	}
	for name, d := range digests() {
		table[name] = text1("str", func(s string) (string, error) {
			h := d.hash()
			h.Write([]byte(s))
			return d.write(h.Sum(nil)), nil
		})
	}
	return table
}

var namespaces = map[string]string{
	"dns": "6ba7b810-9dad-11d1-80b4-00c04fd430c8", "url": "6ba7b811-9dad-11d1-80b4-00c04fd430c8",
	"oid": "6ba7b812-9dad-11d1-80b4-00c04fd430c8", "x500": "6ba7b814-9dad-11d1-80b4-00c04fd430c8",
}

func uuidv5(namespace, name string) (cty.Value, error) {
	if known, ok := namespaces[namespace]; ok {
		namespace = known
	}
	space, err := hex.DecodeString(strings.ReplaceAll(namespace, "-", ""))
	if err != nil || len(space) != 16 {
		return cty.UnknownVal(cty.String), function.NewArgErrorf(0, "uuidv5() doesn't support namespace %s", namespace)
	}
	sum := sha1.Sum(append(space, name...))
	u := sum[:16]
	u[6] = u[6]&0x0f | 0x50
	u[8] = u[8]&0x3f | 0x80
	return cty.StringVal(fmt.Sprintf("%x-%x-%x-%x-%x", u[:4], u[4:6], u[6:8], u[8:10], u[10:])), nil
}

// timeFunctions gives one time for the whole process (TF-058): it must not depend on when a directory is loaded again.
func timeFunctions() map[string]function.Function {
	constant := func(name string) function.Function {
		return function.New(&function.Spec{
			Type: function.StaticReturnType(cty.String),
			Impl: func([]cty.Value, cty.Type) (cty.Value, error) {
				return StandIn(name+"()", "2026-01-01T00:00:00Z"), nil
			},
		})
	}
	return map[string]function.Function{
		"timestamp":     constant("timestamp"),
		"plantimestamp": constant("plantimestamp"),
		"timecmp": text2("timestamp_a", "timestamp_b", cty.Number, func(a, b string) (cty.Value, error) {
			x, errA := time.Parse(time.RFC3339, a)
			y, errB := time.Parse(time.RFC3339, b)
			if err := errors.Join(errA, errB); err != nil {
				return cty.UnknownVal(cty.Number), fmt.Errorf("not a valid RFC3339 timestamp: %w", err)
			}
			return cty.NumberIntVal(int64(x.Compare(y))), nil
		}),
	}
}

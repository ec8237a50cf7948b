package terraform

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// checkSource refuses a file before the parser sees it. A token is many times the size of its text, so the file is cut
// into tokens from its beginning, of growing length: what is wrong with a hostile one is at its beginning as well.
func checkSource(src []byte, name string) *hcl.Diagnostic {
	if shallow(src) {
		return nil
	}
	for size := firstPiece; ; {
		piece := src[:min(size, len(src))]
		tokens, _ := hclsyntax.LexConfig(piece, name, hcl.InitialPos)
		if len(piece) < len(src) {
			tokens = tokens[:max(0, len(tokens)-cutTokens)]
		}
		if d := checkTokens(tokens); d != nil {
			return d
		}
		if len(tokens) > maxTokens {
			return tooLong(tokens[maxTokens].Range)
		}
		if len(piece) == len(src) {
			return nil
		}
		// Eight times as much, or as much as it takes to have too many tokens if the rest is like the beginning.
		size = min(8*size, size+size*maxTokens/max(1, len(tokens)))
	}
}

const (
	firstPiece = 32 << 10 // bytes
	cutTokens  = 4        // at the end of a piece may not be those of the file: "<", "<" of a heredoc, its name, the end
)

func tooLong(at hcl.Range) *hcl.Diagnostic {
	return &hcl.Diagnostic{
		Severity: hcl.DiagError,
		Summary:  "File too large",
		Detail:   fmt.Sprintf("The file has more than %d words and signs up to here, and is not read.", maxTokens),
		Subject:  &at,
	}
}

// checkTokens refuses what would make the parser or the evaluation recurse too deep, and numbers that would fill memory
// when printed. The parser itself has no limit.
func checkTokens(tokens hclsyntax.Tokens) *hcl.Diagnostic {
	// A chain of operators recurses as deep as it is long: one counter for each open bracket.
	chains := []int{0}
	directives := 0
	for i, t := range tokens {
		switch t.Type {
		case hclsyntax.TokenCBrace, hclsyntax.TokenCBrack, hclsyntax.TokenCParen, hclsyntax.TokenCQuote,
			hclsyntax.TokenCHeredoc, hclsyntax.TokenTemplateSeqEnd:
			if len(chains) > 1 {
				chains = chains[:len(chains)-1]
			}
		case hclsyntax.TokenOBrace, hclsyntax.TokenOBrack, hclsyntax.TokenOParen, hclsyntax.TokenOQuote,
			hclsyntax.TokenOHeredoc, hclsyntax.TokenTemplateInterp, hclsyntax.TokenTemplateControl:
			chains[len(chains)-1]++
			chains = append(chains, 0)
			if t.Type == hclsyntax.TokenTemplateControl && i+1 < len(tokens) {
				directives += directive(tokens[i+1])
			}
		case hclsyntax.TokenComma:
			chains[len(chains)-1] = 0
		case hclsyntax.TokenNewline:
			if i > 0 && len(chains) <= maxNesting && endsItem(tokens[i-1]) {
				chains[len(chains)-1] = 0
			}
		case hclsyntax.TokenNumberLit:
			if d := checkNumber(t); d != nil {
				return d
			}
		case hclsyntax.TokenBang, hclsyntax.TokenMinus, hclsyntax.TokenPlus, hclsyntax.TokenStar, hclsyntax.TokenSlash,
			hclsyntax.TokenPercent, hclsyntax.TokenAnd, hclsyntax.TokenOr, hclsyntax.TokenEqualOp,
			hclsyntax.TokenNotEqual, hclsyntax.TokenQuestion, hclsyntax.TokenDot, hclsyntax.TokenLessThan,
			hclsyntax.TokenGreaterThan, hclsyntax.TokenLessThanEq, hclsyntax.TokenGreaterThanEq:
			chains[len(chains)-1]++
		}
		if len(chains) > maxNesting || directives > maxNesting || chains[len(chains)-1] > 10*maxNesting {
			return tooDeep(t.Range)
		}
	}
	return nil
}

// shallow tells of an ordinary file, without the cost of cutting it into tokens a second time, that checkTokens would
// find nothing: it has too few of the bytes that deepen a nesting or lengthen a chain or a number.
func shallow(src []byte) bool {
	if len(src) > 10*maxNesting {
		return false
	}
	deeper := 0
	for i, c := range src {
		switch c {
		case '{', '[', '(', '"', '<', '!', '-', '?', '%':
			if deeper++; deeper >= maxNesting {
				return false
			}
		case 'e', 'E':
			if i > 0 && src[i-1] >= '0' && src[i-1] <= '9' {
				return false
			}
		}
	}
	return true
}

// endsItem tells whether a newline after this token can end an item: the items of a body or of an object are no chain.
func endsItem(t hclsyntax.Token) bool {
	switch t.Type {
	case hclsyntax.TokenIdent, hclsyntax.TokenNumberLit, hclsyntax.TokenCQuote, hclsyntax.TokenCHeredoc,
		hclsyntax.TokenCBrace, hclsyntax.TokenCBrack, hclsyntax.TokenCParen, hclsyntax.TokenNewline:
		return true
	}
	return false
}

func directive(t hclsyntax.Token) int {
	switch string(t.Bytes) {
	case "if", "for":
		return 1
	case "endif", "endfor":
		return -1
	}
	return 0
}

func tooDeep(at hcl.Range) *hcl.Diagnostic {
	return &hcl.Diagnostic{
		Severity: hcl.DiagError,
		Summary:  "Nesting too deep",
		Detail:   fmt.Sprintf("Brackets, templates or operators are nested more than %d levels deep here.", maxNesting),
		Subject:  &at,
	}
}

func checkNumber(t hclsyntax.Token) *hcl.Diagnostic {
	text := strings.ToLower(string(t.Bytes))
	_, exp, ok := strings.Cut(text, "e")
	if len(text) < 4000 && (!ok || len(strings.TrimLeft(exp, "+-0")) <= 3) {
		return nil
	}
	return &hcl.Diagnostic{
		Severity: hcl.DiagError,
		Summary:  "Number out of range",
		Detail:   "This number is too large to be meant.",
		Subject:  t.Range.Ptr(),
	}
}

// checkJSON refuses JSON that is nested too deep for a recursive parser, or has so many elements that its tree is many
// times as large as its text.
func checkJSON(src []byte, filename string) *hcl.Diagnostic {
	depth, elements, quoted := 0, 0, false
	for i := 0; i < len(src); i++ {
		switch c := src[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == ',':
			if elements++; elements > maxTokens {
				return tooLong(position(src, filename, i))
			}
		case c == '{' || c == '[':
			if depth++; depth > maxNesting {
				return tooDeep(position(src, filename, i))
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return nil
}

// position is the range of one byte.
func position(src []byte, filename string, at int) hcl.Range {
	before := string(src[:at])
	line := strings.Count(before, "\n") + 1
	start := hcl.Pos{Line: line, Column: at - strings.LastIndexByte(before, '\n'), Byte: at}
	end := start
	end.Column++
	end.Byte++
	return hcl.Range{Filename: filename, Start: start, End: end}
}

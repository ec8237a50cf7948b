package config

import (
	"crypto/sha256"
	"encoding/hex"
	"math/big"
	"strings"
)

// HASH of section 5: every invented identifier is a stable function of an address, so that a reload gives the same
// values and ids can be compared.

// digest returns n characters of lower-case base 36, made of s.
func digest(s string, n int) string {
	var b strings.Builder
	for round := 0; b.Len() < n; round++ {
		sum := sha256.Sum256([]byte(s + strings.Repeat("+", round)))
		text := new(big.Int).SetBytes(sum[:]).Text(36)
		b.WriteString(text[:min(40, len(text))])
	}
	return b.String()[:n]
}

// hexDigest returns n hexadecimal digits, made of s.
func hexDigest(s string, n int) string {
	var b strings.Builder
	for round := 0; b.Len() < n; round++ {
		sum := sha256.Sum256([]byte(s + strings.Repeat("+", round)))
		b.WriteString(hex.EncodeToString(sum[:]))
	}
	return b.String()[:n]
}

// uuid returns a text in the shape of a UUID, made of s.
func uuid(s string) string {
	h := hexDigest(s, 32)
	return h[:8] + "-" + h[8:12] + "-4" + h[13:16] + "-8" + h[17:20] + "-" + h[20:]
}

// distributionID, distributionDomain and the others have the shapes of TF-214 and TF-215.
func distributionID(address string) string { return "E" + strings.ToUpper(digest(address, 13)) }

func distributionDomain(address string) string {
	return "d" + digest("domain:"+address, 13) + ".cloudfront.net"
}

func publicKeyID(address string) string { return "K" + strings.ToUpper(digest(address, 13)) }

// namedPolicyID is the id that a data source gives for a policy of this type and name which AWS does not manage: the
// directory may have a policy of that name, and then it has this id, too (TF-196).
func namedPolicyID(typ, name string) string { return uuid("name:" + typ + ":" + name) }

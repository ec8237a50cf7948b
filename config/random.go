package config

import (
	"encoding/base64"
	"encoding/hex"
	"math/big"
	"strconv"
	"strings"

	"edgecase/config/terraform"

	"github.com/zclconf/go-cty/cty"
)

// maxRandom bounds the length of what the random provider is asked for.
const maxRandom = 4096

// random is TF-221: constant for one address, of the length that is configured.
func random(r *terraform.Resource, name string) (cty.Value, bool) {
	text, ok := "", false
	switch r.Type {
	case "random_id", "random_bytes":
		text, ok = randomBytes(r, name)
	case "random_pet":
		if name == "id" {
			text, ok = randomPet(r), true
		}
	case "random_integer":
		if name == "result" {
			n := randomInteger(r)
			return cty.NumberIntVal(n).Mark(terraform.Reference{
				Address: reference(r, name), StandIn: strconv.FormatInt(n, 10)}), true
		}
	default:
		if name == "result" {
			text, ok = digest(r.Address, argumentNumber(r, "length", 16)), true
		}
	}
	if !ok {
		return cty.NilVal, false
	}
	return terraform.StandIn(reference(r, name), text), true
}

func randomBytes(r *terraform.Resource, name string) (string, bool) {
	n := argumentNumber(r, "byte_length", argumentNumber(r, "length", 8))
	raw, err := hex.DecodeString(hexDigest(r.Address, 2*n))
	if err != nil {
		return "", false
	}
	prefix := argumentText(r, "prefix")
	switch name {
	case "hex":
		return prefix + hex.EncodeToString(raw), true
	case "dec":
		return prefix + new(big.Int).SetBytes(raw).String(), true
	case "b64_url", "id":
		return prefix + base64.RawURLEncoding.EncodeToString(raw), true
	case "b64_std", "base64":
		return prefix + base64.StdEncoding.EncodeToString(raw), true
	}
	return "", false
}

func randomPet(r *terraform.Resource) string {
	separator := "-"
	if s, ok := r.Argument("separator"); ok {
		if text, ok := rawText(s); ok {
			separator = text
		}
	}
	words := make([]string, 0, 4)
	for i := range max(1, argumentNumber(r, "length", 2)) {
		words = append(words, digest(r.Address+strconv.Itoa(i), 6))
	}
	pet := strings.Join(words, separator)
	if prefix := argumentText(r, "prefix"); prefix != "" {
		pet = prefix + separator + pet
	}
	return pet
}

func randomInteger(r *terraform.Resource) int64 {
	least, most := argumentNumber(r, "min", 0), argumentNumber(r, "max", maxRandom)
	if most <= least {
		return int64(least)
	}
	n := new(big.Int)
	n.SetString(hexDigest(r.Address, 12), 16)
	return int64(least) + n.Int64()%int64(most-least+1)
}

// argumentNumber returns a whole number of at most maxRandom, or what it is by default.
func argumentNumber(r *terraform.Resource, name string, otherwise int) int {
	n, err := strconv.Atoi(argumentText(r, name))
	if err != nil || n < 0 {
		return otherwise
	}
	return min(n, maxRandom)
}

package terraform

import (
	"errors"
	"fmt"
	"math/big"
	"net/netip"
	"strings"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

func networkFunctions() map[string]function.Function {
	prefix := function.Parameter{Name: "prefix", Type: cty.String}
	number := func(name string) function.Parameter { return function.Parameter{Name: name, Type: cty.Number} }
	bits := number("newbits")
	return map[string]function.Function{
		"cidrhost": function.New(&function.Spec{
			Params: []function.Parameter{prefix, number("hostnum")},
			Type:   function.StaticReturnType(cty.String),
			Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
				return cidrhost(args[0].AsString(), args[1].AsBigFloat())
			},
		}),
		"cidrnetmask": text1("prefix", cidrnetmask),
		"cidrsubnet": function.New(&function.Spec{
			Params: []function.Parameter{prefix, bits, number("netnum")},
			Type:   function.StaticReturnType(cty.String),
			Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
				return cidrsubnet(args[0].AsString(), args[1].AsBigFloat(), args[2].AsBigFloat())
			},
		}),
		"cidrsubnets": function.New(&function.Spec{
			Params: []function.Parameter{prefix}, VarParam: &bits,
			Type: function.StaticReturnType(cty.List(cty.String)),
			Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
				return cidrsubnets(args[0].AsString(), args[1:])
			},
		}),
	}
}

func parsePrefix(s string) (netip.Prefix, error) {
	p, err := netip.ParsePrefix(s)
	if err != nil {
		// Terraform still takes leading zeros: 010.001.0.0/16.
		if addr, bits, ok := strings.Cut(s, "/"); ok && strings.Count(addr, ".") == 3 {
			parts := strings.Split(addr, ".")
			for i, part := range parts {
				if parts[i] = strings.TrimLeft(part, "0"); parts[i] == "" && part != "" {
					parts[i] = "0"
				}
			}
			p, err = netip.ParsePrefix(strings.Join(parts, ".") + "/" + bits)
		}
	}
	if err != nil {
		return p, fmt.Errorf("invalid CIDR expression: invalid CIDR address: %s", s)
	}
	return p.Masked(), nil
}

func whole64(f *big.Float) (*big.Int, error) {
	i, accuracy := f.Int(nil)
	if accuracy != big.Exact {
		return nil, errors.New("a whole number is required")
	}
	return i, nil
}

// offset adds to an address; the host part has room for bits.
func offset(base netip.Addr, n *big.Int) netip.Addr {
	raw := base.AsSlice()
	sum := new(big.Int).Add(new(big.Int).SetBytes(raw), n)
	out := make([]byte, len(raw))
	sum.FillBytes(out)
	addr, _ := netip.AddrFromSlice(out)
	return addr
}

func cidrhost(prefix string, num *big.Float) (cty.Value, error) {
	p, err := parsePrefix(prefix)
	if err != nil {
		return cty.UnknownVal(cty.String), err
	}
	n, err := whole64(num)
	if err != nil {
		return cty.UnknownVal(cty.String), function.NewArgError(1, err)
	}
	size := new(big.Int).Lsh(big.NewInt(1), uint(p.Addr().BitLen()-p.Bits()))
	if n.Sign() < 0 {
		n = new(big.Int).Add(size, n)
	}
	if n.Sign() < 0 || n.Cmp(size) >= 0 {
		return cty.UnknownVal(cty.String), fmt.Errorf("prefix of %d does not accommodate a host numbered %s", p.Bits(), num.Text('f', 0))
	}
	return cty.StringVal(offset(p.Addr(), n).String()), nil
}

func cidrnetmask(prefix string) (string, error) {
	p, err := parsePrefix(prefix)
	if err != nil {
		return "", err
	}
	if !p.Addr().Is4() {
		return "", errors.New("IPv6 addresses cannot have a netmask: only IPv4 networks have them")
	}
	mask := uint32(0xffffffff) << (32 - p.Bits())
	if p.Bits() == 0 {
		mask = 0
	}
	return fmt.Sprintf("%d.%d.%d.%d", byte(mask>>24), byte(mask>>16), byte(mask>>8), byte(mask)), nil
}

func cidrsubnet(prefix string, newbits, netnum *big.Float) (cty.Value, error) {
	p, err := parsePrefix(prefix)
	if err != nil {
		return cty.UnknownVal(cty.String), err
	}
	more, err1 := whole64(newbits)
	num, err2 := whole64(netnum)
	if err := errors.Join(err1, err2); err != nil {
		return cty.UnknownVal(cty.String), err
	}
	if !more.IsInt64() || more.Sign() < 0 || more.Int64() > 128 || p.Bits()+int(more.Int64()) > p.Addr().BitLen() {
		return cty.UnknownVal(cty.String), fmt.Errorf("insufficient address space to extend prefix of %d by %s", p.Bits(), more)
	}
	length := p.Bits() + int(more.Int64())
	limit := new(big.Int).Lsh(big.NewInt(1), uint(more.Int64()))
	if num.Sign() < 0 {
		num = new(big.Int).Add(limit, num)
	}
	if num.Sign() < 0 || num.Cmp(limit) >= 0 {
		return cty.UnknownVal(cty.String), fmt.Errorf("prefix extension of %s does not accommodate a subnet numbered %s", more, num)
	}
	shifted := new(big.Int).Lsh(num, uint(p.Addr().BitLen()-length))
	return cty.StringVal(netip.PrefixFrom(offset(p.Addr(), shifted), length).String()), nil
}

func cidrsubnets(prefix string, newbits []cty.Value) (cty.Value, error) {
	t := cty.List(cty.String)
	p, err := parsePrefix(prefix)
	if err != nil {
		return cty.UnknownVal(t), err
	}
	if len(newbits) == 0 {
		return cty.ListValEmpty(cty.String), nil
	}
	width := p.Addr().BitLen()
	end := new(big.Int).Add(new(big.Int).SetBytes(p.Addr().AsSlice()), new(big.Int).Lsh(big.NewInt(1), uint(width-p.Bits())))
	next := new(big.Int).SetBytes(p.Addr().AsSlice())
	out := make([]cty.Value, len(newbits))
	for i, v := range newbits {
		more, err := whole64(v.AsBigFloat())
		if err != nil {
			return cty.UnknownVal(t), function.NewArgError(i+1, err)
		}
		if !more.IsInt64() || more.Int64() < 1 || more.Int64() > 32 {
			return cty.UnknownVal(t), function.NewArgErrorf(i+1, "must extend prefix by one bit at least and 32 bits at most")
		}
		length := p.Bits() + int(more.Int64())
		if length > width {
			return cty.UnknownVal(t), function.NewArgErrorf(i+1, "not enough remaining address space for a subnet with a prefix of %d bits after %s", length, p)
		}
		size := new(big.Int).Lsh(big.NewInt(1), uint(width-length))
		// A subnet begins at a multiple of its size.
		if rest := new(big.Int).Mod(next, size); rest.Sign() > 0 {
			next.Add(next, new(big.Int).Sub(size, rest))
		}
		if new(big.Int).Add(next, size).Cmp(end) > 0 {
			return cty.UnknownVal(t), function.NewArgErrorf(i+1, "not enough remaining address space for a subnet with a prefix of %d bits", length)
		}
		raw := make([]byte, width/8)
		next.FillBytes(raw)
		addr, _ := netip.AddrFromSlice(raw)
		out[i] = cty.StringVal(netip.PrefixFrom(addr, length).String())
		next.Add(next, size)
	}
	return cty.ListVal(out), nil
}

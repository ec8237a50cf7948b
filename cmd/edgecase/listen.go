package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// off is the address of a listener that is not wanted.
const off = "off"

// listen opens a listener for a flag's address, or returns nil for "off".
func listen(ctx context.Context, flag, address string) (net.Listener, error) {
	if address == off {
		return nil, nil
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, usageError("write for example 127.0.0.1:8080, or 127.0.0.1:0 for a free port", "--%s %q is not host:port", flag, address)
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", net.JoinHostPort(host, port))
	if err == nil {
		return l, nil
	}
	free := fmt.Sprintf("--%s %s takes a free one", flag, net.JoinHostPort(host, "0"))
	var lookup *net.DNSError
	var bad *net.AddrError
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, &exitError{exitRuntime, fmt.Errorf("port %s is in use; --%s cannot listen on %s", port, flag, address),
			"end the program that has it, or choose another port: " + free}
	case errors.Is(err, syscall.EACCES):
		return nil, &exitError{exitRuntime, fmt.Errorf("port %s is not for this user; --%s cannot listen on %s", port, flag, address),
			"ports below 1024 are the system's: " + free}
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return nil, &exitError{exitRuntime, fmt.Errorf("--%s: %s is no address of this machine", flag, address),
			"127.0.0.1 is reached from this machine only, 0.0.0.0 from everywhere"}
	case errors.As(err, &bad):
		return nil, usageError("write for example 127.0.0.1:8080", "--%s %s: %q is no port, which is a number up to 65535", flag, address, port)
	case errors.As(err, &lookup) && lookup.Name == port || strings.Contains(err.Error(), "unknown port"):
		return nil, usageError("write for example 127.0.0.1:8080", "--%s %s: %q is no port, which is a number up to 65535", flag, address, port)
	case errors.As(err, &lookup):
		return nil, usageError("write for example 127.0.0.1:8080", "--%s %s: no host is called %q", flag, address, host)
	}
	return nil, &exitError{exitRuntime, fmt.Errorf("--%s: listen on %s: %w", flag, address, err), ""}
}

// addressOf returns where a listener is, or "".
func addressOf(l net.Listener) string {
	if l == nil {
		return ""
	}
	return l.Addr().String()
}

// portOf returns the port of a listener, or "".
func portOf(l net.Listener) string {
	_, port, _ := net.SplitHostPort(addressOf(l))
	return port
}

// writeReady writes the file that says where the program listens, all of it at once: whoever waits for the file reads
// it whole.
func writeReady(name string, http, https, admin net.Listener) error {
	doc := struct {
		HTTP  *string `json:"http"`
		HTTPS *string `json:"https"`
		Admin *string `json:"admin"`
	}{pointer(addressOf(http)), pointer(addressOf(https)), pointer(addressOf(admin))}
	content, err := json.Marshal(doc)
	if err != nil {
		return err
	}
	return replaceFile(name, append(content, '\n'))
}

func pointer(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// replaceFile writes a file beside its place and then moves it there.
func replaceFile(name string, content []byte) (err error) {
	f, err := os.CreateTemp(filepath.Dir(name), filepath.Base(name)+".*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(f.Name())
		}
	}()
	if err = f.Chmod(0o644); err == nil {
		_, err = f.Write(content)
	}
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}

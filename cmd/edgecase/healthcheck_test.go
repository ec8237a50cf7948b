package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestAdminAddress(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	file := filepath.Join(dir, "admin.hcl")
	if err := os.WriteFile(file, []byte(`listen { admin = "127.0.0.1:9999" }`), 0o644); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, config, flag string
		want               string
		refused            bool
	}{
		{name: "usual", want: "127.0.0.1:8081"},
		{name: "flag", flag: "127.0.0.1:1234", config: file, want: "127.0.0.1:1234"},
		{name: "file", config: file, want: "127.0.0.1:9999"},
		{name: "no file", config: "none", want: "127.0.0.1:8081"},
		{name: "URL", flag: "http://edge:8081/", want: "edge:8081"},
		{name: "every address", flag: "0.0.0.0:8081", want: "127.0.0.1:8081"},
		{name: "every address, short", flag: ":8081", want: "127.0.0.1:8081"},
		{name: "every address, IPv6", flag: "[::]:8081", want: "127.0.0.1:8081"},
		{name: "off", flag: "off", refused: true},
		{name: "no port", flag: "localhost", refused: true},
		{name: "any port", flag: "127.0.0.1:0", refused: true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := adminAddress(&flags{config: tt.config}, tt.flag)
			if got != tt.want || (err != nil) != tt.refused {
				t.Errorf("adminAddress = %q, %v; want %q", got, err, tt.want)
			}
		})
	}
}

func TestHealthcheck(t *testing.T) {
	tests := []struct {
		name   string
		answer http.HandlerFunc
		code   int
		says   string
	}{
		{"healthy", func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte(`{"status":"ok"}`)) }, exitOK, "is healthy"},
		{"something else", http.NotFound, exitRuntime, "answers 404"},
		{"no HTTP", func(w http.ResponseWriter, _ *http.Request) { panic(http.ErrAbortHandler) }, exitRuntime, "EOF"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			mux := http.NewServeMux()
			mux.HandleFunc("GET /health", tt.answer)
			s := httptest.NewServer(mux)
			defer s.Close()
			code, out, errs := runIn(t, map[string]string{"EDGECASE_ADMIN": strings.TrimPrefix(s.URL, "http://")}, "healthcheck", "-c", "none")
			if code != tt.code || !strings.Contains(out+errs, tt.says) {
				t.Errorf("exit status %d, %q; want %d, %q", code, out+errs, tt.code, tt.says)
			}
		})
	}
}

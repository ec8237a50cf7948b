package terraform

import (
	"os"
	"path/filepath"
	"testing"
)

// TestDanglingLink: a file that is a link to nowhere is named as one (TF-013).
func TestDanglingLink(t *testing.T) {
	dir := write(t, map[string]string{"main.tf": "locals {}"})
	if err := os.Symlink(filepath.Join("..", "common", "variables.tf"), filepath.Join(dir, "variables.tf")); err != nil {
		t.Fatal(err)
	}
	_, diags := Load(dir, Options{})
	const want = "The file is a link to ../common/variables.tf, which does not exist."
	if len(diags) != 1 || diags[0].Detail != want {
		t.Errorf("TF-013: got %v, want %s", diags, want)
	}
}

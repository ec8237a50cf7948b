package scenario

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// maxFolders is how many folders are looked through.
const maxFolders = 20_000

// Discover returns the files of route tests in a folder and in those below it, in order of their paths, and what could
// not be looked at. Folders of other people's code and hidden ones are left out.
func Discover(root string) (files []string, troubles []error) {
	folders := []string{root}
	for i := 0; i < len(folders); i++ {
		if i == maxFolders {
			troubles = append(troubles, fmt.Errorf("there are more than %d folders below %s; name the files", maxFolders, root))
			break
		}
		entries, err := os.ReadDir(folders[i])
		if err != nil {
			troubles = append(troubles, err)
		}
		for _, e := range entries {
			path := filepath.Join(folders[i], e.Name())
			switch {
			case e.IsDir() && !foreign(e.Name()):
				folders = append(folders, path)
			case !e.IsDir() && IsFile(e.Name()):
				files = append(files, path)
			}
		}
	}
	slices.Sort(files)
	return files, troubles
}

// IsFile reports whether a file of this name holds route tests.
func IsFile(name string) bool {
	return strings.HasSuffix(name, Extension) && !strings.HasPrefix(name, ".")
}

// foreign reports whether a folder of this name holds nothing that the team wrote.
func foreign(name string) bool {
	return strings.HasPrefix(name, ".") || name == "node_modules" || name == "vendor" || name == "__pycache__"
}

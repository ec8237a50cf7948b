package terraform

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"syscall"
	"time"
)

// patience is how long one file may take to read. What a disk has is there much sooner; what takes longer is something
// that waits for others, although it looks like a file: /proc/kmsg, a file of a network that is gone.
const patience = 5 * time.Second

// silence is how long a file that can keep its reader waiting may do so.
const silence = time.Second

// errWaiting is of a file that is none.
var errWaiting = errors.New("it keeps its reader waiting, as only devices do")

// ReadFile reads a regular file of at most so many bytes. It ends soon with an error where the file is a device, a pipe,
// larger, without end, or keeps its reader waiting. The error does not name the file.
func ReadFile(path string, most int64) ([]byte, error) {
	f, size, err := openRegular(path, most)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	src := make([]byte, 0, size+512)
	err = consume(f, most, func(b []byte) { src = append(src, b...) })
	return src, err
}

// ReadHead reads the first bytes of a regular file, whatever its size, and ends as soon as [ReadFile] does.
func ReadHead(path string, n int) ([]byte, error) {
	f, _, err := openRegular(path, math.MaxInt64)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	head := make([]byte, n)
	n, err = io.ReadFull(f, head)
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		err = nil
	}
	return head[:n], err
}

// openRegular opens a regular file, and looks at it once it is open: what has been looked at before may be something else
// by then. To open a pipe without a writer would wait for one.
func openRegular(path string, most int64) (*os.File, int64, error) {
	if info, err := os.Stat(path); err != nil {
		return nil, 0, err
	} else if err := fit(info, most); err != nil { // to open a device may have an effect
		return nil, 0, err
	}
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, 0, err
	}
	info, err := f.Stat()
	if err == nil {
		err = fit(info, most)
	}
	if err != nil {
		f.Close()
		return nil, 0, err
	}
	// Only what can keep a reader waiting has deadlines.
	_ = f.SetReadDeadline(time.Now().Add(silence))
	return f, info.Size(), nil
}

func fit(info os.FileInfo, most int64) error {
	switch {
	case info.IsDir():
		return errors.New("it is a directory")
	case !info.Mode().IsRegular():
		return fmt.Errorf("it is %s and not a regular file", kindOf(info.Mode()))
	case info.Size() > most:
		return fmt.Errorf("it has %d MiB; edgecase reads such a file up to %d MiB", info.Size()>>20, most>>20)
	}
	return nil
}

func kindOf(mode os.FileMode) string {
	switch {
	case mode&os.ModeNamedPipe != 0:
		return "a pipe"
	case mode&os.ModeSocket != 0:
		return "a socket"
	case mode&os.ModeDevice != 0:
		return "a device"
	}
	return "something else"
}

// consume reads to the end, in pieces. The size of a file that is being written, or is made up while it is read, says
// nothing about its end.
func consume(f *os.File, most int64, take func([]byte)) error {
	buffer := make([]byte, 64<<10)
	began := time.Now()
	for {
		n, err := f.Read(buffer)
		take(buffer[:n])
		if most -= int64(n); most < 0 {
			return errors.New("there is no end to it within the size that edgecase reads")
		}
		switch {
		case err == io.EOF:
			return nil
		case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, syscall.EAGAIN), err == nil && time.Since(began) > patience:
			return errWaiting
		case err != nil:
			return err
		}
	}
}

package certs

import (
	"errors"
	"time"
)

// Making a root takes milliseconds; whoever holds the lock for longer is stopped or dead.
const (
	lockPatience = 5 * time.Second
	lockPause    = 5 * time.Millisecond
)

var errLocked = errors.New("another process holds the lock")

// lock waits for the lock on a file and returns how to give it back.
func lock(path string) (unlock func(), err error) {
	for deadline := time.Now().Add(lockPatience); ; time.Sleep(lockPause) {
		unlock, err = tryLock(path)
		if !errors.Is(err, errLocked) || time.Now().After(deadline) {
			return unlock, err
		}
	}
}

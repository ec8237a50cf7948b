package scenario

// MaxBody is how much of a body is kept, in bytes.
const MaxBody = 1 << 20

// A Deployment is what a deployed distribution made of a run.
type Deployment struct{}

// Differs reports whether it is anything else than here.
func (d *Deployment) Differs() bool { return false }

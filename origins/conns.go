package origins

// conns keeps idle connections.
type conns struct{ opts PoolOptions }

func newConns(opts PoolOptions) *conns { return &conns{opts: opts} }

func (c *conns) close() {}

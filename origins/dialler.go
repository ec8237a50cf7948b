package origins

import (
	"fmt"

	"edgecase/config/cloudfront"
)

func (p *Pool) dialler(o *cloudfront.Origin, place Place) (Transport, error) {
	return nil, fmt.Errorf("origin %q: %s cannot be asked yet", o.ID, place)
}

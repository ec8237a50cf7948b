package edge

import "context"

// originchoice takes the next member of what target_origin_id names: the origin, or an origin group's primary and then
// its secondary (REQ-360).
var originchoice = Stage{"origin", func(_ context.Context, x *Exchange) Verdict {
	x.asked = x.members[x.member]
	x.Origin = x.asked.origin
	v := Verdict{Source: x.Origin.Source, Rule: "REQ-204"}
	v.Why = why("%s asks %s", x.Behavior.Name(), x.Origin.ID.Value)
	switch {
	case x.member > 0:
		v.Rule = "REQ-368"
		v.Why = why("%s asks the origin group %s: its secondary, %s", x.Behavior.Name(), x.Behavior.TargetOriginID.Value, x.Origin.ID.Value)
	case len(x.members) > 1:
		v.Rule = "REQ-364"
		v.Why = why("%s asks the origin group %s: its primary, %s", x.Behavior.Name(), x.Behavior.TargetOriginID.Value, x.Origin.ID.Value)
	}
	return v
}}

package scoperegistry

import "log/slog"

// replicaPart is what can have a problem of its own.
type replicaPart string

const (
	feedPart  replicaPart = "feed"
	filePart  replicaPart = "file"
	usagePart replicaPart = "usage"
)

// problemReporter tells of problems: each to whoever wants to hear; else the first one of each part until that is well again.
type problemReporter struct {
	onProblem func(ReplicaProblem)
	warned    locked[map[replicaPart]bool]
}

func (p *problemReporter) report(part replicaPart, problem ReplicaProblem) {
	if p.onProblem != nil {
		p.onProblem(problem)
		return
	}
	isFirst := false
	p.warned.do(func(warned *map[replicaPart]bool) {
		if *warned == nil {
			*warned = map[replicaPart]bool{}
		}
		isFirst = !(*warned)[part]
		(*warned)[part] = true
	})
	if isFirst {
		slog.Warn("scope registry replica: "+problem.Message, "retry_in", problem.RetryIn)
	}
}

// over: the part is well again.
func (p *problemReporter) over(part replicaPart) {
	p.warned.do(func(warned *map[replicaPart]bool) { delete(*warned, part) })
}

import "cycle.mt"

import "files/cycle.mt"

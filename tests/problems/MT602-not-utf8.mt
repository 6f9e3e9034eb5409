import "files/binary.mt"

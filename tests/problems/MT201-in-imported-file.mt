print "this is not printed"
import "files/slip.mt"
print square(2, 3)

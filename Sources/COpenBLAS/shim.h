// Debian's pkg-config puts the directory of cblas.h on the search path.
#include <cblas.h>

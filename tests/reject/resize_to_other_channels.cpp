// EXPECT: resize keeps the channels
#include <tutti/data/resize.hpp>

using namespace tutti;

#ifdef REPAIRED
void smaller(const Dataset<Image<3, 80, 60>>& pictures) { resize<Image<3, 32, 32>>(pictures); }
#else
void smaller(const Dataset<Image<3, 80, 60>>& pictures) { resize<Image<1, 32, 32>>(pictures); }
#endif
int main() {}

/* Put before a program's other libraries, it has the program see another time of day. How much time passes is another clock, which
   nobody can set, and stays right. */

#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int clock_gettime(clockid_t clock, struct timespec *time) {
    int answer = (int)syscall(SYS_clock_gettime, clock, time);
    const char *wrong_by = getenv("CLOCK_WRONG_BY_SECONDS");
    if (answer == 0 && clock == CLOCK_REALTIME && wrong_by != NULL)
        time->tv_sec += atol(wrong_by);
    return answer;
}

// A cut of the power, to be loaded before the C library: what was written and not synced is gone, and the process with it.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * OURO_POWER_HOME names the folder that lies on the disk, OURO_POWER_AT the operation on it at which the power fails,
 * counted from 1. Each write keeps what it overwrites until the file is synced; at the cut all of that is put back, the
 * latest first. A cut at a write lets half of it through, which is then undone or not as any other. A renamed file is
 * back at its old content unless its folder was synced. Only one thread at a time writes in the programs that this is for.
 */

#define NEXT(type, name, ...) static type (*next)(__VA_ARGS__); if (!next) next = dlsym(RTLD_NEXT, name)

struct undo { struct undo *before; char path[512]; int is_name; off_t offset; ssize_t kept; off_t size; char content[]; };
static struct undo *undos;
static long operations;
static int cutting;

static int on_disk(const char *path) {
  const char *home = getenv("OURO_POWER_HOME");
  return home && path && !strncmp(path, home, strlen(home)) && !strstr(path, "-shm");
}

static int place_of(int file, char *path, size_t room) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t length = readlink(link, path, room - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return on_disk(path);
}

static off_t size_of(const char *path) { struct stat status; return stat(path, &status) ? -1 : status.st_size; }

static void keep(const char *path, off_t offset, size_t length, int is_name) {
  struct undo *undo = malloc(sizeof *undo + length);
  int file = open(path, O_RDONLY);
  undo->kept = file < 0 ? 0 : pread(file, undo->content, length, offset);
  if (undo->kept < 0) undo->kept = 0;
  if (file >= 0) close(file);
  snprintf(undo->path, sizeof undo->path, "%s", path);
  undo->is_name = is_name; undo->offset = offset; undo->size = size_of(path); undo->before = undos;
  undos = undo;
}

/* A file's sync keeps its content, a folder's the names in it. */
static int is_synced(const struct undo *undo, const char *path, int is_folder) {
  if (!is_folder) return !undo->is_name && !strcmp(undo->path, path);
  const char *name = strrchr(undo->path, '/');
  return undo->is_name && strlen(path) == (size_t)(name - undo->path) && !strncmp(undo->path, path, strlen(path));
}

static void synced(const char *path, int is_folder) {
  for (struct undo **each = &undos; *each;) {
    struct undo *gone = *each;
    if (is_synced(gone, path, is_folder)) { *each = gone->before; free(gone); }
    else each = &gone->before;
  }
}

static void cut(void) {
  cutting = 1;
  for (struct undo *undo = undos; undo; undo = undo->before) {
    if (undo->size < 0) { unlink(undo->path); continue; }
    int file = open(undo->path, O_WRONLY | O_CREAT, 0600);
    if (file < 0) continue;
    if (pwrite(file, undo->content, undo->kept, undo->offset) < 0 || ftruncate(file, undo->size) < 0) abort();
    close(file);
  }
  kill(getpid(), SIGKILL);
  pause();
}

/* True if the power fails at this operation. */
static int reached(void) {
  const char *at = getenv("OURO_POWER_AT");
  return !cutting && at && ++operations == atol(at);
}

static ssize_t half(ssize_t (*all)(int, const void *, size_t, off_t), int file, const void *bytes, size_t length, off_t offset) {
  all(file, bytes, length / 2, offset);
  cut();
  return -1;
}

ssize_t pwrite64(int file, const void *bytes, size_t length, off_t offset) {
  NEXT(ssize_t, "pwrite64", int, const void *, size_t, off_t);
  char path[512];
  if (cutting || !place_of(file, path, sizeof path)) return next(file, bytes, length, offset);
  keep(path, offset, length, 0);
  return reached() ? half(next, file, bytes, length, offset) : next(file, bytes, length, offset);
}
ssize_t pwrite(int file, const void *bytes, size_t length, off_t offset) { return pwrite64(file, bytes, length, offset); }

ssize_t write(int file, const void *bytes, size_t length) {
  NEXT(ssize_t, "write", int, const void *, size_t);
  char path[512];
  if (cutting || !place_of(file, path, sizeof path)) return next(file, bytes, length);
  keep(path, lseek(file, 0, SEEK_CUR), length, 0);
  if (reached()) { if (next(file, bytes, length / 2) < 0) abort(); cut(); }
  return next(file, bytes, length);
}

int ftruncate64(int file, off_t length) {
  NEXT(int, "ftruncate64", int, off_t);
  char path[512];
  if (!cutting && place_of(file, path, sizeof path)) {
    off_t size = size_of(path);
    keep(path, length, size > length ? size - length : 0, 0);
    if (reached()) cut();
  }
  return next(file, length);
}
int ftruncate(int file, off_t length) { return ftruncate64(file, length); }

static void sync_point(int file) {
  char path[512];
  struct stat status;
  if (cutting || !place_of(file, path, sizeof path)) return;
  if (reached()) cut();
  synced(path, !fstat(file, &status) && S_ISDIR(status.st_mode));
}
int fsync(int file) { NEXT(int, "fsync", int); sync_point(file); return next(file); }
int fdatasync(int file) { NEXT(int, "fdatasync", int); sync_point(file); return next(file); }

int rename(const char *from, const char *to) {
  NEXT(int, "rename", const char *, const char *);
  if (!cutting && on_disk(to)) {
    off_t size = size_of(to);
    keep(to, 0, size > 0 ? size : 0, 1);
    if (reached()) cut();
  }
  return next(from, to);
}

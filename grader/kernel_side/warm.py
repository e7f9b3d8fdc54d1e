"""A process that has imported TensorFlow once, and whose copies become kernels inside sandboxes that others built.

In: a socket on which the grader asks for copies, each with the sandbox to enter. Out: a process in that sandbox that
has compared itself, line by line, with the one which the sandbox was built around, and then runs boot.py.
It must never read anything of a student's, never run an operation of TensorFlow, and never let a copy go on that is
less confined than the process it compares itself with.

It is read from standard input, so that no path of the grader's is known inside. Python 3.9 or later. What it does is
described in setns(2), ioctl_ns(2), pid_namespaces(7), user_namespaces(7), capabilities(7), prctl(2) and capset(2).
"""

import atexit
import contextlib
import ctypes
import fcntl
import gc
import importlib
import json
import os
import random
import resource
import signal
import socket
import sys
import time
from importlib.machinery import ModuleSpec
from types import ModuleType

HIDDEN = ("tensorflow", "keras")
IMPORTED = (
    "numpy",
    "PIL.Image",
    "matplotlib.pyplot",
    "matplotlib.backends.backend_agg",
    "pandas",
    "sklearn",
    "ipykernel.ipkernel",
    "ipykernel.kernelapp",
    "IPython.core.pylabtools",
    "tensorflow",
    "keras",
    "keras._tf_keras.keras",
)
# Owned by the inner of bwrap's two user namespaces' parent, so they are joined before it.
_NAMESPACES = {
    "cgroup": 0x02000000,
    "ipc": 0x08000000,
    "uts": 0x04000000,
    "net": 0x40000000,
    "pid": 0x20000000,
    "mnt": 0x00020000,
}
_NEW_USER, _GET_OWNER = 0x10000000, 0xB701
_SET_DEATH_SIGNAL, _SET_DUMPABLE, _SET_NAME, _DROP_BOUNDING, _SET_NO_NEW_PRIVS, _AMBIENT = 1, 4, 15, 24, 38, 47
_CLEAR_ALL, _CAPSET_VERSION_3 = 4, 0x20080522
_SEED_BYTES = 4000000
_ADOPTED_WITHIN_S = 5.0
_SAME_IN_STATUS = ("Umask", "Uid", "Gid", "Groups", "Cap", "NoNewPrivs", "Seccomp", "Specul", "Cpus_", "Mems_")
_SAME_FILES = ("limits", "cgroup", "oom_score_adj", "attr/current", "uid_map", "gid_map", "setgroups", "mountinfo")
_libc = ctypes.CDLL(None, use_errno=True)


def main(channel_fd, home):
    """Import, say so, and give birth to copies until the grader is gone; comes back in a copy that may go on."""
    _prctl(_SET_DEATH_SIGNAL, signal.SIGKILL)
    _prctl(_SET_NAME, ctypes.create_string_buffer(os.path.basename(sys.executable).encode()[:15]))
    _close_all_but(channel_fd)
    ending = _end_last()
    executable = _about_executable()
    channel = socket.socket(fileno=channel_fd)
    marks = Marks(home)
    chances = _chances()
    gc.freeze()
    channel.send(b"ready")
    request, log, answer = _next_copy(channel)
    try:
        _enter(request)
        _take_streams(log, answer)
        _confine()
        different = _differences(answer, executable)
        if different:
            raise PermissionError(f"not confined as it should be: {different}")
        _be_fresh(request, chances, marks)
        os.write(answer, f"ok {os.getpid()}".encode())
    except BaseException as error:
        os.write(answer, f"{type(error).__name__}: {error}".encode()[:2000])
        os._exit(1)
    os.close(answer)
    ending.append(os.getpid())
    return request["words"]


def run(words):
    """Be boot.py, as `python boot.py …` is."""
    with open(words[0], "rb") as file:
        code = compile(file.read(), words[0], "exec")
    boot = ModuleType("__main__")
    boot.__file__ = words[0]
    sys.modules["__main__"] = boot
    exec(code, vars(boot))  # noqa: S102 (our own, from a folder that is mounted read-only)


def _end_last():
    """What boot.py registers before anything else, registered before anything that is imported here."""
    kernel = []
    atexit.register(lambda: os._exit(0) if os.getpid() in kernel else None)
    return kernel


class Marks:
    """What an import leaves beside modules: variables, and files in the home."""

    def __init__(self, home):
        kernels_home, environment = os.environ["HOME"], dict(os.environ)
        os.environ["HOME"] = home
        gc.disable()  # a tenth of the import, and nothing of it is garbage
        _import_all()
        gc.enable()
        gc.collect()
        os.environ["HOME"] = kernels_home
        _forget_home(home, kernels_home)
        self._variables = {name: value for name, value in os.environ.items() if environment.get(name) != value}
        self._files = _files_below(home)
        os.environ.clear()
        os.environ.update(environment)

    def leave(self):
        """Leave them here too."""
        os.environ.update(self._variables)
        for path, content in self._files.items():
            target = os.path.join(os.environ["HOME"], path)
            with contextlib.suppress(OSError):
                os.makedirs(os.path.dirname(target), exist_ok=True)
                with open(target, "xb") as file:
                    file.write(content)


def _import_all():
    for name in IMPORTED:
        try:
            importlib.import_module(name)
        except ImportError:
            if name in HIDDEN:
                raise


def _forget_home(home, kernels_home):
    """Let nothing remember where it was imported."""
    for thing in gc.get_objects():
        if isinstance(thing, (dict, list)) and thing is not os.environ:
            for key, value in list(thing.items() if isinstance(thing, dict) else enumerate(thing)):
                if isinstance(value, str) and value.startswith(home):
                    thing[key] = kernels_home + value[len(home) :]
        elif type(thing).__name__ == "_lru_cache_wrapper" and str(thing.__module__).startswith("matplotlib"):
            thing.cache_clear()
    for module, name in (("tempfile", "tempdir"), ("platform", "_uname_cache")):
        if hasattr(sys.modules.get(module), name):
            setattr(sys.modules[module], name, None)


def _files_below(home):
    found, room = {}, _SEED_BYTES
    for folder, _, names in os.walk(home):
        for name in names:
            path = os.path.join(folder, name)
            room -= os.path.getsize(path)
            if room > 0:
                with open(path, "rb") as file:
                    found[os.path.relpath(path, home)] = file.read()
    return found


def _chances():
    """Whatever draws random numbers and was seeded at import."""
    kinds = [random.Random]
    if "numpy" in sys.modules:
        kinds.append(sys.modules["numpy"].random.RandomState)
    return [thing for thing in gc.get_objects() if issubclass(type(thing), tuple(kinds))]


def _next_copy(channel):
    """Wait for requests; come back with one in a copy of this process."""
    while True:
        try:
            message, descriptors, _, _ = socket.recv_fds(channel, 65536, 2)
        except OSError:
            message, descriptors = b"", []
        if not message:
            os._exit(0)
        copy = os.fork()
        if copy == 0:
            channel.close()
            return (json.loads(message), *descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        os.waitpid(copy, 0)


def _enter(request):
    """Go where the sandbox's first process is, under its limits, and become its child."""
    first = request["first"]
    os.setsid()
    _match_limits(first)
    places = {name: os.open(f"/proc/{first}/ns/{name}", os.O_RDONLY) for name in (*_NAMESPACES, "user")}
    if os.fstat(places["pid"]).st_ino != request["namespace"]:
        raise ProcessLookupError("the sandbox has ended")
    owner = fcntl.ioctl(places["mnt"], _GET_OWNER)
    _join(owner, _NEW_USER)
    for name, kind in _NAMESPACES.items():
        if os.fstat(places[name]).st_ino != os.stat(f"/proc/self/ns/{name}").st_ino:
            _join(places[name], kind)
    if os.fstat(owner).st_ino != os.fstat(places["user"]).st_ino:
        _join(places["user"], _NEW_USER)
    # Two more copies: one is inside the process namespace, the next is a child of one inside, so that at its
    # parent's end it is the sandbox's first process that adopts it, counts its time and waits for it.
    inside = os.fork()
    if inside:
        os.waitpid(inside, 0)
        os._exit(0)
    if os.fork():
        os._exit(0)
    deadline = time.monotonic() + _ADOPTED_WITHIN_S
    while os.getppid() != 1:
        if time.monotonic() > deadline:
            raise ProcessLookupError("not adopted by the sandbox's first process")
        time.sleep(0.001)


def _match_limits(first):
    for name in [name for name in dir(resource) if name.startswith("RLIMIT_")]:
        limit = getattr(resource, name)
        resource.setrlimit(limit, resource.prlimit(first, limit))
    os.setpriority(os.PRIO_PROCESS, 0, os.getpriority(os.PRIO_PROCESS, first))
    with open("/proc/self/oom_score_adj", "w", encoding="ascii") as mine:
        mine.write(_read(f"/proc/{first}/oom_score_adj"))
    os.umask(int(_status(first)["Umask"], 8))


def _take_streams(log, answer):
    nowhere = os.open(os.devnull, os.O_RDWR)
    for target, source in enumerate((nowhere, nowhere, log)):
        os.dup2(source, target)
    _close_all_but(answer)


def _open_files():
    """Numbers of the open descriptors, without that of the look itself."""
    return sorted(int(name) for name in os.listdir("/proc/self/fd") if os.path.lexists(f"/proc/self/fd/{name}"))


def _close_all_but(kept):
    for number in _open_files():
        if number > 2 and number != kept:
            os.close(number)


def _confine():
    """Give up every privilege for good; entering the user namespace had given all of them."""
    capability = 0
    while _libc.prctl(_DROP_BOUNDING, capability, 0, 0, 0) == 0:
        capability += 1
    _prctl(_AMBIENT, _CLEAR_ALL)
    header, nothing = (ctypes.c_uint32 * 2)(_CAPSET_VERSION_3, 0), (ctypes.c_uint32 * 6)()
    if _libc.capset(header, nothing):
        raise OSError(ctypes.get_errno(), "capset")
    _prctl(_SET_NO_NEW_PRIVS, 1)
    # Entering made the process one that its own user may not look at, which no other kernel is.
    _prctl(_SET_DUMPABLE, 1)


def _differences(answer, executable):
    """Where this process is not confined as the sandbox's first process is."""
    mine, firsts = _status("self"), _status(1)
    found = [
        name for name in {*mine, *firsts} if name.startswith(_SAME_IN_STATUS) and mine.get(name) != firsts.get(name)
    ]
    found += [name for name in _SAME_FILES if _read(f"/proc/self/{name}") != _read(f"/proc/1/{name}")]
    found += [
        f"{name} namespace"
        for name in os.listdir("/proc/self/ns")
        if os.readlink(f"/proc/self/ns/{name}") != os.readlink(f"/proc/1/ns/{name}")
    ]
    if os.getpriority(os.PRIO_PROCESS, 0) != os.getpriority(os.PRIO_PROCESS, 1):
        found.append("priority")
    if os.path.realpath("/proc/self/root") != "/" or not os.path.samestat(os.stat("/"), os.stat("/proc/1/root")):
        found.append("root")
    if [number for number in _open_files() if number > 2] != [answer]:
        found.append("open files")
    # Through /proc/self/exe a file outside could be reached: it is a copy in memory, and as it was for the others.
    if not os.readlink("/proc/self/exe").startswith("/memfd:") or executable != _about_executable():
        found.append("executable")
    return found


def _about_executable():
    about = os.stat("/proc/self/exe")
    return about.st_ino, about.st_mode, about.st_mtime_ns, os.listxattr("/proc/self/exe")


def _status(process):
    lines = _read(f"/proc/{process}/status").splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def _read(path):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError as error:
        return f"errno {error.errno}"


def _be_fresh(request, chances, marks):
    """Be like a Python that was started just now, and has only a faster import of Keras."""
    os.chdir(request["folder"])
    for chance in chances:
        chance.seed()
    words = request["words"]
    sys.argv[:] = words
    sys.orig_argv = [sys.executable, *words]
    sys.path[0] = os.path.dirname(words[0])
    importlib.invalidate_caches()
    BringsBack.hide(marks)


class BringsBack:
    """Finds modules that were imported before this process was copied, at the moment when somebody imports one.

    Until then they are not in `sys.modules`, so that what waits for their import sees it where it happens.
    """

    # Tells import hooks that the bodies have run: there is nothing to wrap.
    has_run = True

    def __init__(self, modules, marks):
        self._modules = modules
        self._marks = marks

    @classmethod
    def hide(cls, marks):
        names = [name for name in sys.modules if name.partition(".")[0] in HIDDEN]
        sys.meta_path.insert(0, cls({name: sys.modules.pop(name) for name in names}, marks))

    def find_spec(self, name, path=None, target=None):
        if name not in self._modules:
            return None
        sys.meta_path.remove(self)
        sys.modules.update(self._modules)
        self._marks.leave()
        for finder in list(sys.meta_path):
            if hasattr(finder, "ran_before"):
                finder.ran_before(self._modules)
        self._spec = self._modules[name].__spec__
        return ModuleSpec(name, self)

    def create_module(self, spec):
        return self._modules[spec.name]

    def exec_module(self, module):
        module.__spec__ = self._spec


def _join(descriptor, kind):
    if _libc.setns(descriptor, kind):
        raise OSError(ctypes.get_errno(), "setns", hex(kind))


def _prctl(option, value):
    if _libc.prctl(option, value, 0, 0, 0):
        raise OSError(ctypes.get_errno(), f"prctl {option}")

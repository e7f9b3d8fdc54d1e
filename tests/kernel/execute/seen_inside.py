"""What a kernel can find out about itself, as cells that write it to /grader/out/told.json."""

BEFORE = r"""
import ctypes, errno, gc, json, os, re, resource, signal, socket, subprocess, sys, types
told = {}

def text(path):
    try:
        with open(path, errors="replace") as file:
            return file.read()
    except OSError as error:
        return f"errno {error.errno}"

def tried(action):
    try:
        return f"done: {action()!r}"
    except Exception as error:
        return f"{type(error).__name__} {getattr(error, 'errno', '')}"

def refused(action):
    return tried(action).partition(" ")[0] in ("OSError", "PermissionError")

libc = ctypes.CDLL(None, use_errno=True)
said = ("Umask", "State", "Uid", "Gid", "Groups", "Cap", "NoNewPrivs", "Seccomp", "Specul", "Cpus_", "Mems_", "Sig",
        "Shd", "PPid", "TracerPid", "CoreDumping", "THP", "untag", "Name", "FDSize", "Kthread", "x86")
status = text("/proc/self/status").splitlines()
told["status"] = [line for line in status if line.startswith(said) and not line.startswith(("SigQ", "FDSize"))]
told["namespaces"] = {name: os.readlink(f"/proc/self/ns/{name}") for name in sorted(os.listdir("/proc/self/ns"))}
told["namespaces of the first"] = {n: os.readlink(f"/proc/1/ns/{n}") for n in sorted(os.listdir("/proc/1/ns"))}
mounts = [line.split() for line in text("/proc/self/mountinfo").splitlines()]
told["mounts"] = [[re.sub(r"grader-\d+-[^/]*", "SCRATCH", part) for part in line[3:]] for line in mounts]
files = ("limits", "oom_score_adj", "uid_map", "gid_map", "setgroups", "cgroup", "attr/current", "loginuid",
         "timerslack_ns", "coredump_filter", "environ", "comm", "personality", "sessionid", "patch_state")
told["files"] = {name: text(f"/proc/self/{name}") for name in files}
told["nice"] = [os.getpriority(os.PRIO_PROCESS, 0), os.sched_getscheduler(0), sorted(os.sched_getaffinity(0))]
told["prctl"] = {number: libc.prctl(number, 0, 0, 0, 0) for number in (3, 7, 21, 23, 27, 30, 39)}
death = ctypes.c_int()
libc.prctl(2, ctypes.byref(death), 0, 0, 0)
told["death signal"] = death.value
told["environment"] = sorted(os.environ.items())
told["folder"] = [os.getcwd(), os.path.realpath("/proc/self/root"), sorted(os.listdir("/"))]
told["words"] = [sys.argv, sys.orig_argv, sys.executable, list(sys.path), str(sys.flags), sys.prefix]
told["processes"] = len([name for name in os.listdir("/proc") if name.isdigit()])
told["host"] = [socket.gethostname(), list(os.uname())]
told["signals"] = {n: str(signal.getsignal(n)).partition(" at ")[0] for n in range(1, 32)}
told["home"] = sorted(os.path.join(d, f)[6:] for d, _, names in os.walk(os.path.expanduser("~")) for f in names)
told["open"] = sorted(re.sub(r"\[?\d+\]?|SCRATCH[^/]*", "", os.readlink(f"/proc/self/fd/{n}"))
                      for n in os.listdir("/proc/self/fd") if os.path.lexists(f"/proc/self/fd/{n}"))
told["imported"] = sorted(name for name in sys.modules if name.partition(".")[0] in ("tensorflow", "keras", "grader"))
told["shared writable maps"] = [line for line in text("/proc/self/maps").splitlines() if line.split()[1][1::2] == "ws"]
told["tried"] = {
    "network": tried(lambda: socket.create_connection(("192.0.2.1", 80), 2)),
    "interfaces": tried(socket.if_nameindex),
    "new namespaces": tried(lambda: subprocess.run(["unshare", "--user", "true"], capture_output=True).returncode),
    "unshare": [libc.unshare(flag) for flag in (0x10000000, 0x00020000, 0x20000000, 0x40000000)],
    "mount": libc.mount(b"none", b"/tmp", b"tmpfs", 0, None),
    "sethostname": tried(lambda: socket.sethostname("other")),
    "setuid": tried(lambda: os.setuid(0)),
    "chroot": tried(lambda: os.chroot("/tmp")),
    "higher": tried(lambda: os.setpriority(os.PRIO_PROCESS, 0, 0)),
    "more files": tried(lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (65536, 65536))),
    "oom": tried(lambda: open("/proc/self/oom_score_adj", "w").write("0")),
    "executable": refused(lambda: open("/proc/self/exe", "wb")),
    "rights of the executable": refused(lambda: os.chmod("/proc/self/exe", 0o777)),
    "map files": tried(lambda: [open(f"/proc/self/map_files/{n}") for n in os.listdir("/proc/self/map_files")]),
    "system": [tried(lambda: open(path, "a")) for path in (
        "/x", "/usr/x", "/etc/passwd", "/dev/x", "/proc/sysrq-trigger", "/grader/settings.json",
        "/grader/kernel_side/boot.py", "/proc/sys/kernel/core_pattern", sys.executable)],
    "signal all": tried(lambda: os.kill(-1, 0)),
    "group": tried(lambda: os.killpg(0, 0)),
    "session": tried(lambda: os.getpgid(0) == os.getpid()),
}
"""
REMEMBERED = r"""
def strings(thing):
    if isinstance(thing, dict):
        return [value for value in list(thing.values()) if isinstance(value, str)]
    return [value for value in list(thing) if isinstance(value, str)] if isinstance(thing, (list, tuple, set)) else []

gc.unfreeze()
everything = [text for thing in gc.get_objects() if thing is not globals() for text in strings(thing)]
told["remembered"] = sorted({text for text in everything if "/grader-" in text and len(text) < 200})
told["remembered by none"] = sorted({text for text in everything if "/kernel_side/warm" in text})[:3]
"""
AFTER = r"""
import keras
import tensorflow as tf
def name_of(code_owner):
    code = code_owner.__code__ if type(code_owner) is types.FunctionType else None
    return code.co_filename if code is not None and code.co_filename.startswith("/grader/kernel_side") else ""

hooked = set()
for name, module in sorted(sys.modules.items()):
    if name.partition(".")[0] in ("tensorflow", "keras", "matplotlib", "zipfile", "shutil", "urllib"):
        for key, value in list(vars(module).items()):
            if name_of(value):
                hooked.add(f"{name}.{key} {name_of(value)}")
            if type(value) is type and str(value.__module__).partition(".")[0] in ("tensorflow", "keras"):
                hooked.update(f"{value.__module__}.{value.__qualname__}.{k} {name_of(v)}" for k, v in
                              list(vars(value).items()) if name_of(v))
told["hooked"] = sorted(hooked)
told["modules"] = sorted(name for name in sys.modules if name.partition(".")[0] in ("tensorflow", "keras"))
told["versions"] = [tf.__version__, keras.__version__, keras.__spec__.name, tf.__spec__.name, type(tf).__name__,
                    str(tf.__loader__).partition(" object")[0], str(keras.__spec__.loader).partition(" object")[0]]
told["environment after"] = sorted(os.environ.items())
told["home after"] = sorted(os.path.join(d, f)[6:] for d, _, n in os.walk(os.path.expanduser("~")) for f in n)
"""
TRAINED = """
import numpy as np
keras.utils.set_random_seed(7)
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(8, activation='relu'), keras.layers.Dense(1)])
model.compile(optimizer=keras.optimizers.Adam(1e-3), loss='mse', metrics=['mae'])
history = model.fit(np.ones((64, 4), 'float32'), np.zeros((64, 1), 'float32'), epochs=3, validation_split=0.25)
told['loss'] = [float(f'{value:.5g}') for value in history.history['loss']]
import matplotlib.pyplot as plt
plt.plot(history.history['loss'])
plt.show()
told['figures'] = [plt.get_fignums(), plt.get_backend()]
"""
CHANCE = """
import random
import numpy as np
told['chance'] = [random.random(), float(np.random.rand()), float(tf.random.normal([])),
    float(keras.random.normal(())), float(keras.layers.Dense(1)(np.ones((1, 1)))[0, 0])]
"""
TOLD = "json.dump(told, open('/grader/out/told.json', 'w'))"

"""The kernel's entry: what is loaded before the first cell of a notebook, then ipykernel itself.

In: `GRADER_ROOT/settings.json` and `GRADER_ROOT/key`. Out: a running kernel whose Keras is recorded and served.
Must never import TensorFlow or Keras, never fail because something of ours does, and never leave the key readable.

Runs in the student's process and in a course's own Python: 3.9 or later, ipykernel 6 or later.
"""

import atexit
import json
import os
import resource
import sys
import traceback


def main():
    """Prepare the process, then be a kernel until told to end."""
    root = os.environ.get("GRADER_ROOT", "/grader")
    with open(os.path.join(root, "settings.json"), encoding="utf-8") as file:
        settings = json.load(file)
    _end_without_ceremony()
    key = _take_key(os.path.join(root, "key"))
    _limit_tasks(settings.get("tasks"))
    faults = _install(settings, key)
    # A student's own module beside the notebook must not be hidden by one of ours of the same name.
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [path for path in sys.path if os.path.abspath(path or ".") != here] + [here]
    _report(settings, faults)
    _be_a_kernel(int(settings.get("output_bytes", 2000000)))


def _take_key(path):
    """The journal's key, which is gone from the disk afterwards."""
    with open(path, encoding="ascii") as file:
        key = file.read().strip()
    os.unlink(path)
    return key


def _end_without_ceremony():
    """Skip what Python and TensorFlow tidy up at their end, seconds of it: the sandbox goes as a whole.

    Registered first, so run last: after the recorder has written its own end.
    """
    kernel = os.getpid()
    atexit.register(lambda: os._exit(0) if os.getpid() == kernel else None)


def _limit_tasks(tasks):
    """A second line against fork bombs; the first counts from outside. Threads count too, so it is generous."""
    if tasks and os.getuid() != 0:
        try:
            resource.setrlimit(resource.RLIMIT_NPROC, (tasks, tasks))
        except (OSError, ValueError):
            pass


def _install(settings, key):
    """Hook what serves and what records; what went wrong, as text."""
    faults = []
    for name, arguments in (("served", (settings,)), ("recorder", (settings, key))):
        try:
            __import__(name).install(*arguments)
        except Exception:
            faults.append(name + " could not be installed: " + traceback.format_exc(limit=-3))
    return faults


def _report(settings, faults):
    """Tell the trusted side that boot came this far, and what is missing."""
    with open(os.path.join(settings["out"], "boot.json"), "w", encoding="utf-8") as file:
        json.dump({"faults": faults}, file)


def _be_a_kernel(output_bytes):
    from ipykernel.ipkernel import IPythonKernel
    from ipykernel.kernelapp import IPKernelApp
    from outlet import cap_output, cut_reply

    room = cap_output(output_bytes)

    class GradedKernel(IPythonKernel):
        """ipykernel's kernel, whose replies are short and name the line of an error."""

        def finish_metadata(self, parent, metadata, reply_content):
            metadata = super().finish_metadata(parent, metadata, reply_content)
            reply_content["grader_output_cut"] = room.was_cut_in(parent.get("header", {}).get("msg_id"))
            if reply_content.get("status") == "error" and "ename" in reply_content:
                cut_reply(reply_content)
                reply_content["grader_line"] = error_line(self.shell)
            return metadata

        def _process_children(self):
            # At its end the kernel would wait fourteen seconds for children that are dead but not waited for. Those
            # that live end with the sandbox.
            return []

    app = IPKernelApp.instance(kernel_class=GradedKernel)
    # A long traceback through Keras takes IPython seconds to draw, and nobody reads it here.
    app.initialize([*sys.argv[1:], "--HistoryManager.enabled=False", "--InteractiveShell.xmode=Minimal"])
    _silence_the_original_streams()
    app.start()
    # ipykernel would join a thread that may be about to wait for another that it has just stopped.
    atexit.unregister(app.close)


def _silence_the_original_streams():
    """What is written past ipykernel would end in a log on the host; it was needed only for a start that failed."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        copy = getattr(stream, "_original_stdstream_copy", None)
        if isinstance(copy, int):
            os.dup2(nowhere, copy)
    if not any(isinstance(getattr(s, "_original_stdstream_copy", None), int) for s in (sys.stdout, sys.stderr)):
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
    os.close(nowhere)


def error_line(shell):
    """The line of the cell just run that led to its error: the outermost frame that is the cell itself."""
    try:
        result = shell.last_execution_result
        if isinstance(result.error_before_exec, SyntaxError):
            return result.error_before_exec.lineno
        frames = result.error_in_exec.__traceback__
        while frames is not None:
            if frames.tb_frame.f_globals is shell.user_ns:
                return frames.tb_lineno
            frames = frames.tb_next
    except Exception:
        pass
    return None


if __name__ == "__main__":
    main()

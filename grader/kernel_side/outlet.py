"""Cuts what a notebook prints and shows, inside its kernel, where a flood costs least.

In: a number of bytes for the whole notebook. Out: ipykernel's output classes, patched.
Must never raise into the student's code. It is a courtesy, not a defence: the trusted side caps what it reads.

Pictures are not sent at all: nobody looks at them, and one notebook's plots would use up the room for its text.
"""

NOTICE = "\n[output cut]\n"
_LONGEST_LINE = 2000
_MOST_LINES = 60
# The grader closes a connection over which a message of more than a megabyte comes.
_LARGEST_MESSAGE = 100000


class Room:
    """How much may still be said. The notice goes out once a cell."""

    def __init__(self, size):
        self.left = size
        self._noticed_in = None
        self._flushed_at = size

    def was_cut_in(self, cell):
        """True where something that `cell` (the id of the request to run it) said was held back."""
        return cell is not None and cell == self._noticed_in

    def is_due(self, size):
        """True each time that another `size` characters have passed: what waits together goes out as one message."""
        due = self._flushed_at - self.left >= size
        if due:
            self._flushed_at = self.left
        return due

    def take(self, text, cell):
        """The part of `text` that may pass; empty when there is no room left and `cell` has been told."""
        if self.left >= len(text):
            self.left -= len(text)
            return text
        start, self.left = text[: self.left], 0
        if cell == self._noticed_in:
            return start
        self._noticed_in = cell
        return start + NOTICE


def cap_output(size):
    """Patch streams, displays, results and tracebacks of the kernel that is about to start; how much room is left."""
    from ipykernel.displayhook import ZMQShellDisplayHook
    from ipykernel.iostream import OutStream
    from ipykernel.zmqshell import ZMQDisplayPublisher, ZMQInteractiveShell

    room = Room(size)
    OutStream.write = _capped_write(OutStream.write, room)
    ZMQDisplayPublisher.publish = _capped_publish(ZMQDisplayPublisher.publish, room)
    ZMQShellDisplayHook.write_format_data = _capped_result(ZMQShellDisplayHook.write_format_data, room)
    ZMQInteractiveShell._showtraceback = _short_traceback(ZMQInteractiveShell._showtraceback)
    return room


def cut_reply(reply):
    """Shorten the reply of a cell that failed, in place."""
    reply["evalue"] = str(reply.get("evalue", ""))[:_LONGEST_LINE]
    reply["traceback"] = _short_lines(reply.get("traceback") or [])


def _cell_of(stream):
    try:
        return stream.parent_header.get("msg_id")
    except Exception:
        return None


def _capped_write(original, room):
    def write(self, string):
        if not isinstance(string, str):
            return original(self, string)
        passed = room.take(string, _cell_of(self))
        for start in range(0, len(passed), _LARGEST_MESSAGE):
            original(self, passed[start : start + _LARGEST_MESSAGE])
            if room.is_due(_LARGEST_MESSAGE):
                self.flush()
        return len(string)

    return write


def _capped_publish(original, room):
    def publish(self, data, *args, **kwargs):
        try:
            text = data.get("text/plain") or "[" + ", ".join(data) + "]"
            data = {"text/plain": room.take(str(text), _cell_of(self))[:_LARGEST_MESSAGE]}
        except Exception:
            data = {}
        if data.get("text/plain"):
            return original(self, data, *args, **kwargs)
        return None

    return publish


def _capped_result(original, room):
    def write_format_data(self, format_dict, md_dict=None):
        try:
            text = str(format_dict.get("text/plain", ""))
            format_dict = {"text/plain": room.take(text, _cell_of(self))[:_LARGEST_MESSAGE]}
        except Exception:
            format_dict = {}
        return original(self, format_dict, {})

    return write_format_data


def _short_traceback(original):
    def _showtraceback(self, etype, evalue, stb):
        return original(self, etype, _short_value(evalue), _short_lines(stb))

    return _showtraceback


def _short_value(value):
    try:
        text = str(value)
    except Exception:
        text = "[no message]"
    return text[:_LONGEST_LINE] if len(text) > _LONGEST_LINE else value


def _short_lines(lines):
    kept = [str(line)[:_LONGEST_LINE] for line in lines]
    return kept if len(kept) <= _MOST_LINES else [*kept[:10], "…", *kept[10 - _MOST_LINES :]]

"""Work beside this process: an object that is asked there, and items that are shared out. Copies are made by forking.

In: callables. Out: what they give. Results cross by pickle, between our own processes only. A copy that fails costs
time, never a result: its share is done here. Only a process of one thread is forked; any other does everything itself.
This package must never know what it is used for.
"""

from grader.forking.aside import Ended, aside, later
from grader.forking.copying import can_fork
from grader.forking.crew import Crew

__all__ = ["Crew", "Ended", "aside", "can_fork", "later"]

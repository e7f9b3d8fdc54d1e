"""One module a student: the name of the report's file, and what is in it."""

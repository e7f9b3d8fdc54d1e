"""Opens reports and pictures: runs in a child process, in the sandbox, and is the only one that decodes such files.

In: a request (JSON file, first argument). Out: one JSON object on standard output, and pictures as raw pixels.
Must never import anything of ours but its siblings. The grader imports nothing from here but `markdown_text`, which
is plain text in, plain dictionaries out.
"""
